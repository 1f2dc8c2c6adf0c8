//! What is judged: a driver with its engine, and the class it is used through.

use super::situation::Situation;
use crate::facts::{DriverKey, Storage};
use crate::views::{Claim, StorageClass, Volume};

/// Longhorn's CSI driver.
pub(crate) const LONGHORN: &str = "driver.longhorn.io";

/// A driver, and the storage class through which it is used where there is one.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// CSI driver or in-tree provisioner.
    pub driver: String,
    /// Longhorn's data engine, `v1` or `v2`; absent for other drivers.
    pub engine: Option<&'static str>,
    /// The class.
    pub class: Option<&'a StorageClass>,
    /// Whether there is a class that could not be read.
    pub class_unread: bool,
}

/// Where the API server writes who makes the volume of a claim; both are still in use.
const PROVISIONER: [&str; 2] = [
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/storage-provisioner",
];

impl<'a> Subject<'a> {
    /// A storage class.
    pub fn class(class: &'a StorageClass) -> Self {
        Self {
            driver: class.provisioner.clone(),
            engine: engine(&class.provisioner, class.parameters.get("dataEngine")),
            class: Some(class),
            class_unread: false,
        }
    }

    /// A driver without a class.
    pub fn driver(driver: &str) -> Self {
        Self {
            driver: driver.to_owned(),
            engine: engine(driver, None),
            class: None,
            class_unread: false,
        }
    }

    /// A claim: the volume tells the driver, else the annotations, else the class.
    ///
    /// A volume that is not CSI is judged as in-tree; `None` if nothing tells the driver.
    pub fn claim(
        situation: &Situation<'a>,
        claim: &Claim,
        volume: Option<&Volume>,
        longhorn_engine: Option<&str>,
    ) -> Option<Self> {
        let class = situation.class(&claim.spec.storage_class_name);
        let csi = volume.and_then(|volume| volume.spec.csi.as_ref());
        let annotated = PROVISIONER.map(|key| claim.metadata.annotation(key));
        let driver = match (csi, volume) {
            (Some(csi), _) => csi.driver.as_str(),
            (None, Some(_)) => "kubernetes.io/in-tree",
            (None, None) => annotated
                .into_iter()
                .find(|name| !name.is_empty())
                .or(class.map(|class| class.provisioner.as_str()))?,
        };
        let named = !claim.spec.storage_class_name.is_empty();
        let class_unread =
            class.is_none() && named && situation.inventory.storage_classes.gap.is_some();
        let told = csi.and_then(|csi| csi.volume_attributes.get("dataEngine"));
        let told = told.map(String::as_str).or(longhorn_engine);
        let engine = match (told, class) {
            (Some(told), _) => engine_of(driver, told),
            (None, Some(class)) => engine(driver, class.parameters.get("dataEngine")),
            // Neither the volume nor a class tells: it stays open.
            (None, None) => None,
        };
        Some(Self {
            driver: driver.to_owned(),
            engine,
            class,
            class_unread,
        })
    }

    /// A volume of which not even the driver is known.
    pub fn unknown() -> Self {
        Self {
            driver: String::new(),
            engine: None,
            class: None,
            class_unread: false,
        }
    }

    /// Whether not even the driver is known.
    pub fn is_unknown(&self) -> bool {
        self.driver.is_empty()
    }

    /// Whether it lies on Longhorn, nobody knows on which data engine.
    pub(crate) fn engine_is_open(&self) -> bool {
        self.driver == LONGHORN && self.engine.is_none()
    }

    /// The kind of storage that Harvester's rules know.
    pub fn storage(&self) -> Storage {
        match (self.driver.as_str(), self.engine) {
            (LONGHORN, Some("v2")) => Storage::LonghornV2,
            (LONGHORN, _) => Storage::LonghornV1,
            _ => Storage::Other,
        }
    }

    /// The row of the driver table.
    pub(crate) fn key<'f>(&self, situation: &Situation<'f>) -> Option<&'f DriverKey> {
        situation.facts.drivers.key(&self.driver, self.engine)
    }

    /// The class's binding mode; Kubernetes' default where there is none.
    pub fn binding(&self) -> &str {
        match self.class.map(|class| class.volume_binding_mode.as_str()) {
            None | Some("") => "Immediate",
            Some(mode) => mode,
        }
    }

    /// The driver with its engine, as tables show it.
    pub fn shown_driver(&self) -> String {
        match self.engine {
            Some(engine) => format!("{}/{engine}", self.driver),
            None => self.driver.clone(),
        }
    }
}

fn engine(driver: &str, parameter: Option<&String>) -> Option<&'static str> {
    engine_of(driver, parameter.map_or("", String::as_str))
}

fn engine_of(driver: &str, written: &str) -> Option<&'static str> {
    (driver == LONGHORN).then_some(if written == "v2" { "v2" } else { "v1" })
}
