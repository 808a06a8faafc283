import Domain
import JapaneseText

/// Names, readings, addresses, telephone numbers, postcodes and check digits: whatever a field holds, its comparable form stays as it is when made
/// again, and nothing of a name is lost where it is split.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzTexts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let fields = fields(start, count) else { return 0 }
    var dictionary = NameDictionary()
    var towns = TownList()
    var before = ""
    for field in fields {
        checkForms(field)
        let name = NameReader.read(kind: .legal, written: field, kana: before, dictionary: dictionary)
        checkName(name)
        dictionary.add(name)
        checkAddress(AddressReader.parts(field, postcode: before, building: before, towns: towns))
        let former = NameReader.read(kind: .former, written: field, kana: before, dictionary: dictionary)
        law(former.unsplit.isEmpty || former.family.isEmpty, "a former name is a family name or whole")
        if field.utf8.count % 2 == 0 { towns.add(written: field) }
        before = field
    }
    return 0
}

private func checkForms(_ text: String) {
    let folded = KanjiVariants.fold(text)
    law(same(KanjiVariants.fold(folded), folded), "folding kanji is idempotent")
    let normal = Kana.normal(text)
    law(same(Kana.normal(normal), normal), "normal kana are idempotent")
    let loose = Kana.loose(text)
    law(same(Kana.loose(loose), loose), "loose kana are idempotent")
    law(same(Kana.loose(normal), loose), "loose kana know no more than normal ones")
    _ = Kana.isKana(text)
    if let phone = PhoneNumber.normal(text) {
        law(phone.hasPrefix("0") && (10...11).contains(phone.utf8.count), "a telephone number has its form")
        law(PhoneNumber.normal(phone) == phone, "normal telephone numbers are idempotent")
    }
    for phone in PhoneNumber.all(in: text) {
        law(PhoneNumber.normal(phone) == phone, "every telephone number of a cell is a normal one")
    }
    if let postcode = Postcode.normal(text) {
        law(
            postcode.utf8.count == 7 && Postcode.normal(postcode) == postcode,
            "normal postcodes are idempotent")
    }
    if IndividualNumber.isContained(in: text) {
        law(IndividualNumber.isContained(in: "a" + text + "a"), "letters around hide no number")
    }
    if let number = Digits.number(text) {
        law(
            CheckDigit.isValid(text) == CheckDigit.isValid(String(number)),
            "zeros in front check nothing")
    }
}

private func checkName(_ name: NameForm) {
    let parts = name.family + name.given
    law(parts.isEmpty || name.unsplit.isEmpty, "a name is split or not")
    law(
        (name.familyKana + name.givenKana).isEmpty || name.unsplitKana.isEmpty, "a reading is split or not")
    for reading in [name.familyKana, name.givenKana, name.unsplitKana] {
        law(same(Kana.normal(reading), reading), "readings are in comparable form")
    }
    let again = NameReader.read(
        kind: .legal, written: name.written, kana: name.writtenKana, dictionary: NameDictionary())
    law(same(again.written, name.written), "a trimmed name stays")
    // What the dictionary cut is the whole without it.
    if !again.unsplit.isEmpty {
        law(same(again.unsplit, parts + name.unsplit), "a split name is the whole name")
    }
    if !again.unsplitKana.isEmpty {
        law(
            same(again.unsplitKana, name.familyKana + name.givenKana + name.unsplitKana),
            "a split reading is the whole reading")
    }
}

private func checkAddress(_ parts: AddressParts) {
    law([0, 7].contains(parts.postcode.utf8.count), "a postcode has seven digits")
    law(parts.postcode.utf8.allSatisfy(isDigit), "a postcode is of digits")
    law((parts.chome + parts.numbers.joined()).utf8.allSatisfy(isDigit), "丁目 and numbers are of digits")
    law(parts.numbers.count <= 2, "a block has two numbers at most")
    law(same(Kana.normal(parts.town), parts.town), "a town is in comparable form")
    law(same(Kana.normal(parts.building), parts.building), "a building is in comparable form")
    law(
        parts.room.utf8.allSatisfy { isDigit($0) || $0 == 0x2D || (0x41...0x5A).contains($0) },
        "a room has its form")
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
