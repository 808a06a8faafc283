import Domain
import Identity
import Mapping
import Store

/// What reading tonight's extracts gave: identities to link, and the ledger of every row.
struct ReadResult {
    var entities = Entities()
    var extracts: [ExtractSummary] = []
    /// The first rejected rows of each extract, for the report.
    var rejected: [Rejection] = []
    /// The first warnings about accepted rows, likewise.
    var warned: [Rejection] = []
    /// Rows that stand as their departments corrected them.
    var corrected: [SourceID: Int] = [:]
    /// For how many rows each correction of an accepted row stood in.
    var rectified: [Int: Int] = [:]
    /// Corrections with which the row would not be accepted.
    var unusable: Set<Int> = []
    /// Facts past their period, by item: they were dropped at landing.
    var expired: [ItemCode: Int] = [:]
    /// Facts past their period that are on no approved list.
    var overdue = 0
    /// Sources of which an extract came.
    var arrived: Set<SourceID> = []
    /// Measures of protection of persons who were shredded.
    var outlasting = OutlastingMeasures()
    /// What does not count of what departments wrote, and whom it may be about.
    var unread = UnreadRows()
}
