/// A sheet of paper that cases are worked with, by the name that 要対協 gives it.
package enum CaseForm: String, Sendable, CaseIterable {
    /// The list: every case a row.
    case ledger = "進行管理台帳"
    case progress = "進行管理票"
    case history = "経過記録"
    /// Of a 個別ケース検討会議, to be filled in by hand.
    case conference = "会議録"

    /// As addresses and the trail name it.
    package var code: String { String(describing: self) }

    /// Those about one case.
    package static let ofOne: [CaseForm] = [.progress, .history, .conference]

    /// Whether address, guardians and household stand on it; the others go to meetings and files where the name is enough.
    package var tellsParticulars: Bool { self == .progress }
}
