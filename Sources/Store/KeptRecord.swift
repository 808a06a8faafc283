package import Domain

/// A record that something people said is about, as it is known again another night: keyed hashes, no content.
package struct KeptRecord: Sendable, Hashable {
    /// Of all the record says of who somebody is; of a register row, of its number.
    package let key: String
    /// Of the source's own number, by which the record is known when an address in it changes.
    package let number: String?
    /// Of birth and given name as the record wrote them: who has the number and none of these is somebody else.
    package let marks: Set<String>
    /// `nil` in verdicts from before it was kept.
    package let source: SourceID?

    package init(key: String, number: String?, marks: Set<String> = [], source: SourceID? = nil) {
        self.key = key
        self.number = number
        self.marks = marks
        self.source = source
    }

    /// Whether `record` is the same person's under the same number, whatever else it says.
    func isEarlierForm(of record: KeptRecord) -> Bool {
        number != nil && number == record.number && !marks.isDisjoint(with: record.marks)
    }

    var revision: [String] {
        [key, number ?? ""] + (marks.isEmpty ? [] : [marks.sorted().joined(separator: ",")])
    }
}
