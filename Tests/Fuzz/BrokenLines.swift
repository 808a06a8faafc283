import Extracts

/// Any line is made out into fields, with 〓 for what is no character and for nothing else; and any field goes through a
/// spreadsheet's file without becoming a formula.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzBrokenLines(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = bytes(start, count)
    for encoding in TextEncoding.allCases {
        let text = RawLine(bytes: bytes, length: bytes.count).text(LineForm(encoding))
        law(!text.fields.isEmpty, "a line has a field")
        law(text.damaged.allSatisfy(text.fields.indices.contains), "damage is in a field")
        law(
            text.damaged.allSatisfy { text.fields[$0].unicodeScalars.contains(LineText.substitute) },
            "damage is seen")
        law(
            text.unreadable == text.unreadable.sorted() && text.unreadable.allSatisfy { $0 < count },
            "bytes have places")
        law(
            (encoding.decode(bytes) == nil) == !text.unreadable.isEmpty,
            "what can be read has no unreadable byte")
        for field in text.fields {
            let cell = SpreadsheetText.protected(field)
            law(same(SpreadsheetText.unprotected(cell), field), "protection comes off again")
            law(
                !["=", "+", "-", "@", "\t", "\r", "\n"].contains(cell.unicodeScalars.first),
                "no cell is a formula")
        }
    }
    return 0
}
