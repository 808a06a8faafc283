/// What renkei itself comes to hold about persons, as the catalogue names it (`Guidelines/items/r-records.json5`); of a guideline
/// that lacks one, nothing of it is given to anybody.
extension ItemCode {
    /// What flag rules found, and why.
    package static let findings: ItemCode = "R01"
    /// What people did with a case, and wrote on it.
    package static let casework: ItemCode = "R02"
    /// Who read of the person, and for which purpose.
    package static let readings: ItemCode = "R03"
    /// What was said of the use of the data.
    package static let wishes: ItemCode = "R04"
    /// What people found of children who were drawn at random (抜き取り確認).
    package static let spotChecks: ItemCode = "R05"
    /// What became of support programmes that were offered.
    package static let supportOutcomes: ItemCode = "R06"
}
