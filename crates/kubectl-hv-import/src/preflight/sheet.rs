//! What checks say about one VM.

use hv_vm::header::VmName;

use super::catalog::{Catalog, fill};
use crate::report::{Group, PreflightItem, Verdict};

/// Collects what checks say about one VM.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    catalog: &'a Catalog,
    vm: VmName,
    items: Vec<PreflightItem>,
}

impl<'a> Sheet<'a> {
    /// An empty sheet for a VM of the source.
    pub(crate) fn new(catalog: &'a Catalog, vm: &VmName) -> Self {
        Self {
            catalog,
            vm: vm.clone(),
            items: Vec::new(),
        }
    }

    /// Says what the table says for a code; the same thing is said once.
    pub(crate) fn say(&mut self, code: &str, values: &[(&str, &str)]) {
        self.add(code, None, values);
    }

    /// Says it as a warning, where the user has decided and only the look at it is missing.
    pub(crate) fn warn(&mut self, code: &str, values: &[(&str, &str)]) {
        self.add(code, Some(Verdict::Warn), values);
    }

    fn add(&mut self, code: &str, result: Option<Verdict>, values: &[(&str, &str)]) {
        let vm = format!("{}/{}", self.vm.namespace, self.vm.name);
        let mut all = values.to_vec();
        all.push(("vm", &vm));
        let row = self.catalog.get(code);
        debug_assert!(row.is_some(), "{code} is not in the table");
        let item = PreflightItem {
            vm: self.vm.clone(),
            group: row.map_or(Group::Admission, |row| row.group),
            check: row.map_or_else(|| code.to_owned(), |row| fill(&row.check, &all)),
            result: result
                .or(row.map(|row| row.result))
                .unwrap_or(Verdict::Block),
            code: code.to_owned(),
            message: row.map_or_else(String::new, |row| fill(&row.message, &all)),
            fix: row
                .and_then(|row| row.fix.as_ref())
                .map(|fix| fill(fix, &all)),
        };
        if !self.items.contains(&item) {
            self.items.push(item);
        }
    }

    /// Whether nothing that was said blocks.
    pub(crate) fn is_free(&self) -> bool {
        self.items.iter().all(|item| item.result != Verdict::Block)
    }

    /// What was said.
    pub(crate) fn into_items(self) -> Vec<PreflightItem> {
        self.items
    }
}
