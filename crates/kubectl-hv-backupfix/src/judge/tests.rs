//! Hand-made objects in every state, and what is found in them.
