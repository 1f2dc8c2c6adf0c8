//! MAC addresses in one spelling.

/// Lower case with colons, as `02:00:5e:10:00:01`; nothing if it is no MAC address.
///
/// Harvester compares addresses as text, so that another spelling passes its check for duplicates.
pub fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    let groups: Vec<&str> = match text.bytes().find(|byte| b":-.".contains(byte)) {
        Some(separator) => text.split(char::from(separator)).collect(),
        None => vec![text],
    };
    let wide = match groups.len() {
        6 => 2,
        3 => 4,
        1 => 12,
        _ => return None,
    };
    let fits =
        |group: &&str| group.len() == wide && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !groups.iter().all(fits) {
        return None;
    }
    let digits = groups.concat().to_ascii_lowercase();
    let mut spelled = String::with_capacity(17);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 2 == 0 {
            spelled.push(':');
        }
        spelled.push(digit);
    }
    Some(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_one() {
        let spellings = [
            "02:00:5e:10:00:01",
            "02:00:5E:10:00:01",
            "02-00-5E-10-00-01",
            "0200.5e10.0001",
            "02005E100001",
            " 02:00:5e:10:00:01\n",
        ];
        for text in spellings {
            assert_eq!(
                canonical(text).as_deref(),
                Some("02:00:5e:10:00:01"),
                "{text:?}"
            );
        }
        assert_eq!(
            canonical("52:54:00:12:34:56").as_deref(),
            Some("52:54:00:12:34:56")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let wrong = [
            "",
            "02:00:5e:10:00",
            "2:0:5e:10:0:1",
            "02:00:5e:10:00:0g",
            "02-00:5e:10:00:01",
            "02:00:5e:10:00:01:02:03",
            "é2:00:5e:10:00:01",
        ];
        for text in wrong {
            assert_eq!(canonical(text), None, "{text:?}");
        }
    }
}
