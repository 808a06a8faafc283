package import Domain

/// The ground on which personal information may be used for a purpose (個人情報の保護に関する法律).
package enum LegalBasis: String, Sendable, Codable, CaseIterable {
    /// 61条1項: the purpose the information is held for.
    case originalPurpose = "61_1_ORIGINAL_PURPOSE"
    /// 61条3項: a purpose changed within what is reasonably related.
    case changedPurpose = "61_3_CHANGED_PURPOSE"
    /// 69条1項: a law or ordinance says so.
    case law = "69_1_LAW"
    /// 69条2項1号: the person's consent.
    case consent = "69_2_1_CONSENT"
    /// 69条2項2号: use inside the body, on occasion only.
    case adHocInternal = "69_2_2_ADHOC_INTERNAL"
    /// 69条2項3号: provision to another body, on occasion only.
    case adHocOtherBody = "69_2_3_ADHOC_OTHER_ORGAN"

    /// 69条2項2号・3号 cover occasional use only; a nightly run is standing use, for which they are no basis.
    package var isAdHoc: Bool {
        switch self {
        case .adHocInternal, .adHocOtherBody: true
        case .originalPurpose, .changedPurpose, .law, .consent: false
        }
    }
}

/// A purpose of use (利用目的, 61条1項) with the ground it stands on and the items it needs.
package struct Purpose: Sendable {
    package let id: PurposeID
    package let title: String
    /// What is done, for whom, in Japanese.
    package let description: String
    package let basis: LegalBasis
    /// The articles relied on, as officials cite them; at least one.
    package let articles: [String]
    package let validFrom: Day
    /// The last day; `nil`: until changed. An ad hoc basis always has one.
    package let validTo: Day?
    /// The case the ad hoc use is for; `nil` for standing use.
    package let occasion: String?
    /// The record of the council (審議会, 129条) that was asked.
    package let council: String
    /// The entry in the register of personal information files (個人情報ファイル簿, 75条).
    package let fileRegister: String
    package let items: Set<ItemCode>
    /// For an emergency (break-glass): nothing without a declaration that still runs.
    package let isEmergency: Bool
    /// How many children whom no rule found may be drawn and looked at; `nil`: none.
    package let spotCheck: SpotCheckPlan?

    /// Whether the purpose is in force; both ends inclusive.
    package func isActive(on day: Day) -> Bool {
        validFrom <= day && validTo.map { day <= $0 } ?? true
    }

    /// Why nothing at all is for this purpose in a situation, whatever the statements say.
    func refusal(in situation: Situation) -> Denial.Ground? {
        if situation.isScheduled, basis.isAdHoc { return .adHocBasis }
        if basis == .consent, situation.standing?.consent != .given { return .consentNotRecorded }
        if isEmergency, !situation.isDeclared { return .emergencyNotDeclared }
        return nil
    }
}
