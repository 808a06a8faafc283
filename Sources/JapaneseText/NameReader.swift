package import Domain

/// Reads a name as written into its comparable form.
package enum NameReader {
    package static func read(
        kind: NameForm.Kind, written: String, kana: String, dictionary: NameDictionary
    ) -> NameForm {
        var form = NameForm(kind: kind, written: written, writtenKana: kana)
        let parts = written.split(whereSeparator: \.isWhitespace).map { KanjiVariants.fold(String($0)) }
        if parts.count == 2 {
            (form.family, form.given) = (parts[0], parts[1])
        } else {
            form.unsplit = parts.joined()
        }
        let readings = kana.split(whereSeparator: \.isWhitespace).map { Kana.normal(String($0)) }
        if readings.count == 2 {
            (form.familyKana, form.givenKana) = (readings[0], readings[1])
        } else {
            form.unsplitKana = readings.joined()
        }
        return form
    }
}
