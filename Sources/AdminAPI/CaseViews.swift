internal import Domain
internal import Foundation
internal import Pages
internal import Policy
internal import Store

/// The store's cases as pages show them; nothing is added, nothing withheld comes back.
enum CaseViews {
    /// Words of the parameter `queue`.
    static let filters = CaseQueue.allCases.map(\.code) + ["mine", "overdue", QueuePage.Question.ended]

    static func part(_ word: String, user: UserID, today: Day) -> CaseFilter.Part? {
        switch word {
        case "": .open
        case "mine": .mine(user)
        case "overdue": .overdue(today)
        case QueuePage.Question.ended: .ended
        default: CaseQueue.allCases.first { $0.code == word }.map { .queue($0) }
        }
    }

    static func line(_ summary: CaseSummary) -> QueuePage.Line {
        .init(
            id: summary.id, name: summary.name, nameKana: summary.nameKana, birth: summary.birth,
            urgency: summary.urgency, difficulties: summary.difficulties, ruleTitles: summary.ruleTitles,
            since: summary.since, openedOn: summary.openedOn, state: summary.state,
            isProtected: summary.isProtected,
            queue: summary.work.queue, holder: summary.holderName, due: summary.work.due,
            endedOn: summary.endedOn)
    }

    static func page(
        _ detail: CaseDetail, catalogue: Catalogue, work: WorkPanel?
    ) -> CaseDetailPage {
        CaseDetailPage(
            summary: line(detail.summary), openedOn: detail.summary.openedOn,
            particulars: particulars(detail.particulars), flags: detail.flags.map { flag($0, catalogue) },
            household: detail.household.map(line), records: detail.records.map(line),
            history: detail.history.map {
                .init(
                    at: $0.at.japaneseTime, actor: actor($0), what: $0.what, note: $0.note,
                    changes: $0.changes.map(change))
            }, asOf: detail.publication.asOf, work: work)
    }

    static func particulars(_ particulars: Store.Particulars) -> Pages.Particulars {
        .init(
            sex: particulars.sex, address: field(particulars.address) { $0 },
            phones: field(particulars.phones, joined), guardians: field(particulars.guardians, joined),
            school: field(particulars.school) { $0 })
    }

    static func line(_ member: HouseholdLine) -> CaseDetailPage.HouseholdLine {
        .init(name: member.name, birth: member.birth, relation: member.relation)
    }

    static func line(_ record: RecordLine) -> CaseDetailPage.RecordLine {
        .init(
            title: record.title, file: record.file, line: record.line, linkWeight: record.linkWeight.value,
            isWeightMasked: record.linkWeight == .masked)
    }

    /// - Parameters:
    ///   - user: who reads.
    ///   - workers: to whom the case may go.
    static func panel(
        _ detail: CaseDetail, user: UserID, csrf: String, workers: [CaseWorker],
        refused: WorkPanel.Refused?, now: Date
    ) -> WorkPanel {
        let summary = detail.summary
        func name(_ id: UserID?) -> WorkPanel.Worker? {
            id.map { id in .init(id: id, name: workers.first { $0.id == id }?.displayName ?? id.rawValue) }
        }
        let last = detail.history.last { $0.actor != "nightly" }
        let mayUndo =
            last.map {
                $0.actor == Actor.user(user).description && !$0.changes.isEmpty && $0.what != "取消し"
                    && now.timeIntervalSince($0.at) < Double(CaseRequest.undoTime)
            } ?? false
        return WorkPanel(
            id: summary.id, work: summary.work, version: summary.version, user: user, csrf: csrf,
            holder: name(summary.work.holder), offeredTo: name(summary.work.offeredTo),
            proposer: name(summary.work.closing?.proposer),
            workers: workers.map { .init(id: $0.id, name: $0.displayName) }, mayUndo: mayUndo,
            refused: refused, drafts: detail.drafts.map(draft))
    }

    static func draft(_ draft: CaseDraft) -> WorkPanel.Draft {
        .init(form: draft.form, text: draft.text, version: draft.version, at: draft.at.japaneseTime)
    }

    private static func change(_ change: CaseChange) -> String {
        "\(change.part.rawValue): \(change.before ?? "なし") → \(change.after ?? "なし")"
    }

    private static func flag(_ flag: Flag, _ catalogue: Catalogue) -> CaseDetailPage.FlagLine {
        .init(
            rule: flag.rule, version: flag.version, title: flag.title, urgency: flag.urgency,
            reasons: flag.reasons.map { reason($0, catalogue) },
            protective: flag.protective.map { reason($0, catalogue) },
            missing: flag.missing.map { reason($0, catalogue) }, confirm: flag.confirm)
    }

    private static func reason(_ reason: Reason, _ catalogue: Catalogue) -> CaseDetailPage.ReasonLine {
        .init(
            sentence: reason.sentence, sources: reason.sources,
            facts: reason.facts.map { fact($0, catalogue) })
    }

    static func fact(_ sourced: SourcedFact, _ catalogue: Catalogue) -> CaseDetailPage.FactLine {
        let fact = sourced.fact
        let item = catalogue[fact.item]
        let kind = item?.kind(fact.kind)
        return .init(
            item: item?.title ?? fact.item.rawValue, kind: kind?.title ?? fact.kind, value: fact.value,
            unit: kind?.unit, on: fact.on, known: sourced.known, position: sourced.position)
    }

    private static func field<Value>(_ shown: Shown<Value>, _ text: (Value) -> String) -> Field {
        switch shown {
        case .shown(let value): .text(text(value))
        case .masked: .masked
        case .withheld: .withheld
        case .absent: .absent
        }
    }

    private static func joined(_ texts: [String]) -> String { texts.joined(separator: "、") }

    private static func actor(_ event: CaseEvent) -> String {
        event.actorName ?? (event.actor == "nightly" ? "夜間処理" : event.actor)
    }
}
