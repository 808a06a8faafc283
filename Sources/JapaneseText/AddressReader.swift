package import Domain

/// Reads an address of one municipality as a department wrote it into comparable parts.
package enum AddressReader {
    /// The parts of one address.
    ///
    /// 若葉台一丁目２番３号, 若葉台1-2-3, 若葉台１丁目２－３ and 〒100-0001 若葉野市若葉台1ー2ー3 all give town `若葉台1`, block `2-3`;
    /// a building behind a space or directly behind the number, and a room behind a fourth number, go to `building`.
    /// Prefecture and city are removed, 大字 and 字 too. Of two numbers without 丁目 (若葉台2-11) nobody knows without the
    /// town's register whether the first is a 丁目: both stay in `block`.
    /// - Parameters:
    ///   - postcode: any notation; empty in the result unless it has seven digits.
    ///   - building: where the source has a column of its own for 方書.
    package static func read(_ written: String, postcode: String, building: String = "") -> Address {
        var text = AddressText(written)
        let ownPostcode = text.takePostcode()
        let given = digits(of: postcode)
        text.dropMunicipality()
        text.unifyNumbers()
        let town = text.takeTown()
        let numbers = text.takeNumbers()

        var blocks = numbers.map(\.digits)[...]
        var chome = ""
        if numbers.first?.unit == .chome || (numbers.count > 2 && numbers[0].unit == .none) {
            chome = blocks.removeFirst()
        }
        let block = blocks.prefix(2).joined(separator: "-")
        let rooms = blocks.dropFirst(2).joined(separator: " ")
        let houses = [rooms, String(text.rest), building].map(Self.comparableBuilding).joined()
        return Address(
            postcode: given.utf8.count == 7 ? given : ownPostcode, town: comparableTown(town) + chome,
            block: block,
            building: houses,
            written: [written, building].filter { !$0.isEmpty }.joined(separator: " "))
    }

    private static func digits(of postcode: String) -> String {
        String(Digits.ascii(postcode).unicodeScalars.filter { (0x30...0x39).contains($0.value) })
    }

    /// 大字 and 字 are written or left out at will.
    private static func comparableTown(_ town: String) -> String {
        var town = town.replacing("大字", with: "")
        if town.hasPrefix("字") { town.removeFirst() }
        return ComparableText.of(town)
    }

    /// コーポ若葉 201号室, コーポ若葉201, コーポ若葉-201 are one building and room.
    private static func comparableBuilding(_ building: String) -> String {
        var scalars = String.UnicodeScalarView()
        let folded = Array(KanjiVariants.fold(building).unicodeScalars.filter { !ComparableText.isSpace($0) })
        for (index, scalar) in folded.enumerated() {
            let isBeforeNumber = index + 1 < folded.count && AddressText.isDigit(folded[index + 1])
            if scalar == "-", isBeforeNumber || index == 0 { continue }
            scalars.append(scalar)
        }
        var text = String(scalars)
        for ending in ["号室", "号"] where text.hasSuffix(ending) {
            text.removeLast(ending.count)
            break
        }
        return Kana.normal(text)
    }
}
