/// Where a case stands. Nothing passes `candidate` without a person, a reason and a time.
package enum CaseState: String, Sendable, Codable, CaseIterable {
    case candidate = "候補"
    case awaitingAssessment = "アセスメント待ち"
    case checking = "確認中"
    case conference = "支援会議"
    case supported = "支援接続"
    case watching = "見守り"
    case notApplicable = "対象外"
    case alreadySupported = "既支援"
    case referred = "他機関へ引継"
    /// A candidate nobody had touched whose signals are gone.
    case withdrawn = "取下げ"

    /// Ended by people, who have seen what its flags say.
    package var isAnswered: Bool {
        switch self {
        case .supported, .notApplicable, .alreadySupported, .referred: true
        case .candidate, .awaitingAssessment, .checking, .conference, .watching, .withdrawn: false
        }
    }

    package var isOpen: Bool {
        switch self {
        case .candidate, .awaitingAssessment, .checking, .conference, .watching: true
        case .supported, .notApplicable, .alreadySupported, .referred, .withdrawn: false
        }
    }
}
