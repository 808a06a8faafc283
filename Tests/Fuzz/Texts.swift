import Domain
import JapaneseText

/// Names, readings, addresses and telephone numbers: whatever a field holds, its comparable form stays as it is when made
/// again, and nothing of a name is lost where it is split.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzTexts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let fields = fields(start, count) else { return 0 }
    var dictionary = NameDictionary()
    var before = ""
    for field in fields {
        checkForms(field)
        let name = NameReader.read(kind: .legal, written: field, kana: before, dictionary: dictionary)
        checkName(name)
        dictionary.add(name)
        checkAddress(AddressReader.read(field, postcode: before, building: before))
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
    if let number = Digits.number(text) {
        law(Digits.number(String(number)) == number, "a number's plain digits are that number")
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

private func checkAddress(_ address: Address) {
    law([0, 7].contains(address.postcode.utf8.count), "a postcode has seven digits")
    law(address.postcode.utf8.allSatisfy(isDigit), "a postcode is of digits")
    law(address.block.utf8.allSatisfy { isDigit($0) || $0 == 0x2D }, "a block is of numbers")
    law(address.block.utf8.count { $0 == 0x2D } < 2, "a block has two numbers at most")
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
