import Domain
import JapaneseText

private let asOf = Day(number: 20_727)

/// Any field is a date within the years that are believed, no date, or unreadable, in either width alike; and a date reads
/// back from every way it is commonly written.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzDates(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    for field in fields(start, count) ?? [] {
        let parsed = JapaneseDate.parse(field, asOf: asOf)
        law(JapaneseDate.parse(wide(field), asOf: asOf) == parsed, "width changes no date")
        guard case .date(let date) = parsed else { continue }
        law(
            (1868...asOf.year + 50).contains(date.range.lowerBound.year)
                && date.range.lowerBound.year == date.range.upperBound.year,
            "a date lies in one believed year")
        if let day = date.exactDay {
            let iso = day.description
            for form in [
                iso, iso.replacing("-", with: ""), iso.replacing("-", with: "/"), day.wareki,
                "\(iso) 12:34:56",
                "\(day.wareki)午後3時",
            ] where iso != "1899-12-30" && iso != "1899-12-31" {
                law(JapaneseDate.parse(form, asOf: asOf) == parsed, "\(form) is the day it was made of")
            }
        }
    }
    return 0
}

/// ASCII digits, letters and marks in full width.
private func wide(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map {
                (0x21...0x7E).contains($0.value) ? Unicode.Scalar($0.value + 0xFEE0) ?? $0 : $0
            }))
}
