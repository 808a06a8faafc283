package import Domain

/// An address taken apart, every part in comparable form and empty where the writer left it out.
package struct AddressParts: Hashable, Sendable {
    /// What the numbers count: 住居表示 gives houses a 番 and a 号, elsewhere they are the land's 番地. The two never mean the same
    /// place, and hyphens (12-3) do not say which is meant.
    package enum Numbering: Sendable, Hashable {
        case house, land, unsaid
    }

    /// Seven digits.
    package var postcode = ""
    /// 東京都.
    package var prefecture = ""
    /// 若葉野市, 川上郡弟子屈町, 横浜市青葉区.
    package var municipality = ""
    /// Without 丁目, 大字 and 字: 若葉台, 中原下, 北1条西.
    package var town = ""
    /// The number of the 丁目.
    package var chome = ""
    /// Whether 丁目 stands behind it; else it is taken for one because of where it stands.
    package var isChomeWritten = false
    /// 番 and 号, or 番地 and its branch; two at most, without leading zeros.
    package var numbers: [String] = []
    package var numbering = Numbering.unsaid
    /// The building with its wing, and whatever else stands behind the numbers (様方).
    package var building = ""
    /// 201, A201; also the third number behind a 丁目 or a land's second.
    package var room = ""

    /// One behind the other, and two numbers never as one: 市営住宅1 and 23 are not 市営住宅12 and 3.
    static func joined(_ first: String, _ second: String) -> String {
        guard let last = first.unicodeScalars.last, let next = second.unicodeScalars.first,
            AddressText.isDigit(last), AddressText.isDigit(next)
        else { return first + second }
        return first + "-" + second
    }
}

extension Address {
    /// What two writers of one address agree on, for comparing: prefecture and municipality are left out, since most leave them
    /// out.
    package init(_ parts: AddressParts, written: String) {
        self.init(
            postcode: parts.postcode, town: parts.town + parts.chome,
            block: parts.numbers.joined(separator: "-"),
            building: AddressParts.joined(parts.building, parts.room), written: written)
    }
}
