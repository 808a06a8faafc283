package import Domain

/// What people write beside a case, a child or an emergency: a 個人番号 has no place in it, as an extract with one would not have landed.
package enum WrittenNote {
    /// - Parameter field: of the form or body it stands in.
    /// - Throws: `Fault` of kind `.usage`.
    package static func require(_ note: String, field: String = "note") throws(Fault) {
        guard IndividualNumber.isContained(in: note) else { return }
        throw Fault(
            .usage, code: "note.number", message: "マイナンバー（個人番号）と思われる12桁の数字があります。", field: field,
            fix: "書かずに、氏名や人の番号（P-…）で分かるように書いてください。")
    }
}
