package import Domain

/// Reads an address as a department wrote it into comparable parts.
package enum AddressReader {
    /// One address for comparing; see `parts`.
    package static func read(
        _ written: String, postcode: String, building: String = "", towns: TownList = TownList()
    ) -> Address {
        Address(
            parts(written, postcode: postcode, building: building, towns: towns),
            written: [written, building].filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// The parts of one address.
    ///
    /// 若葉台一丁目２番３号, 若葉台1-2-3, 若葉台１丁目２－３ and 〒100-0001 若葉野市若葉台1ー2ー3 all give town `若葉台`, 丁目 `1`, numbers `2`, `3`;
    /// a building behind a space or directly behind the number, and a room behind a fourth number, are taken off. 大字 and 字
    /// are left out, ヶ ケ が and の ノ 之 are one. Of two numbers without 丁目 (若葉台2-11) nobody knows without the town list whether
    /// the first is a 丁目: both stay numbers.
    /// - Parameters:
    ///   - postcode: any notation; empty in the result unless it has seven digits.
    ///   - building: where the source has a column of its own for 方書.
    ///   - towns: the municipality's towns: where they are known, 若葉台2-11 is understood, and so is what stands before the town.
    package static func parts(
        _ written: String, postcode: String = "", building: String = "", towns: TownList = TownList()
    ) -> AddressParts {
        var text = AddressText(written)
        var parts = AddressParts()
        let ownPostcode = text.takePostcode()
        parts.postcode = Postcode.normal(postcode) ?? ownPostcode
        parts.prefecture = text.takePrefecture()
        parts.municipality = text.takeMunicipality(isBehindPrefecture: !parts.prefecture.isEmpty)
        text.unifyNumbers()
        let head = text.takeTown()
        parts.town = comparableTown(head)
        if !towns.isEmpty { place(parts.municipality + head, in: towns, &parts) }

        let numbers = text.takeNumbers()
        var places = numbers.map(\.digits)[...]
        if isChome(numbers, towns.division(of: parts.town)) {
            parts.chome = places.removeFirst()
            parts.isChomeWritten = numbers.first?.unit == .chome
        }
        parts.numbers = Array(places.prefix(2))
        parts.numbering = numbering(numbers.map(\.unit))

        let houses = [AddressText.text(text.rest), building].map(comparableBuilding)
        (parts.building, parts.room) = splitRoom(AddressParts.joined(houses[0], houses[1]))
        let rooms = places.dropFirst(2).joined(separator: "-")
        if !rooms.isEmpty { parts.room = parts.room.isEmpty ? rooms : rooms + "-" + parts.room }
        return parts
    }

    /// The town of the list that is, or else ends, what stands before the numbers: 今市本町, whose 市 ends no municipality;
    /// 青葉区美しが丘, where only 美しが丘 is a town.
    private static func place(_ head: String, in towns: TownList, _ parts: inout AddressParts) {
        let isWhole = parts.prefecture.isEmpty && towns.contains(comparableTown(head))
        if !isWhole, towns.contains(parts.town) { return }
        let scalars = head.unicodeScalars
        let cuts =
            [scalars.startIndex]
            + scalars.indices.filter { "市区町村".unicodeScalars.contains(scalars[$0]) }.map(
                scalars.index(after:))
        for cut in cuts {
            let town = comparableTown(String(scalars[cut...]))
            guard towns.contains(town) else { continue }
            parts.municipality = String(scalars[..<cut])
            parts.town = town
            return
        }
    }

    /// Whether the first of the numbers is a 丁目.
    private static func isChome(
        _ numbers: [(digits: String, unit: AddressText.Unit)], _ division: TownList.Division
    ) -> Bool {
        guard let first = numbers.first else { return false }
        if first.unit == .chome { return true }
        guard first.unit == .none else { return false }
        switch division {
        case .unknown: return numbers.count > 2
        case .none: return false
        case .chomes(let known): return known.contains(first.digits)
        }
    }

    private static func numbering(_ units: [AddressText.Unit]) -> AddressParts.Numbering {
        if units.contains(.banchi) { return .land }
        return units.contains(.ban) || units.contains(.go) ? .house : .unsaid
    }

    /// 大字 and 字 are written or left out at will, の, ノ and 之 one for another.
    private static func comparableTown(_ town: String) -> String {
        var plain = town
        if town.unicodeScalars.contains(where: { $0 == "字" || $0 == "之" }) {
            plain = town.replacing("大字", with: "").replacing("字", with: "").replacing("之", with: "ノ")
        }
        return ComparableText.of(plain)
    }

    /// コーポ若葉 201号室, コーポ若葉201, コーポ若葉-201 and コーポ若葉#201 are one building and room; 市営住宅1-23, 市営住宅 1 23 and 市営住宅12-3
    /// two homes: between two numbers the joint stays.
    private static func comparableBuilding(_ building: String) -> String {
        if building.isEmpty { return "" }
        var scalars = String.UnicodeScalarView()
        // What stands between the last scalar kept and the next: a mark, or else a space.
        var gap: Unicode.Scalar?
        for scalar in KanjiVariants.fold(building).unicodeScalars {
            if ComparableText.isSpace(scalar) {
                gap = gap ?? " "
                continue
            }
            if scalar == "-" || scalar == "#" {
                gap = scalar
                continue
            }
            if let mark = gap, let last = scalars.last {
                if AddressText.isDigit(scalar) {
                    if AddressText.isDigit(last) { scalars.append("-") }
                } else if mark != " " {
                    scalars.append(mark)
                }
            }
            gap = nil
            scalars.append(scalar)
        }
        while let ending = roomEndings.first(where: { scalars.suffix($0.count).elementsEqual($0) }) {
            scalars.removeLast(ending.count)
        }
        return Kana.normal(String(scalars))
    }

    private static let roomEndings = ["号室", "号", "室"].map { Array($0.unicodeScalars) }

    /// The building and its room: three digits or more at the end, with the letter of a wing before them. Fewer may number the
    /// building (若葉ハイツ2).
    private static func splitRoom(_ houses: String) -> (building: String, room: String) {
        if houses.isEmpty { return ("", "") }
        let scalars = houses.unicodeScalars
        let digits = scalars.reversed().prefix(while: AddressText.isDigit).count
        guard digits >= 3 || digits == scalars.count else { return (houses, "") }
        var room = digits
        let before = scalars.dropLast(digits)
        if let wing = before.last, (0x41...0x5A).contains(wing.value),
            !(before.dropLast().last.map { (0x41...0x5A).contains($0.value) } ?? false)
        {
            room += 1
        }
        var name = scalars.dropLast(room)
        if name.last == "-" { name.removeLast() }
        return (String(name), String(scalars.suffix(room)))
    }
}
