/// What people move of a case: where it stands, who works on it, what is due.
///
/// Pure: `after` is the only way from one to the next, and which queue a case is in follows from it alone.
package struct CaseWork: Hashable, Sendable, Codable {
    package var state: CaseState
    /// Who works on it; `nil`: nobody has taken it.
    package var holder: UserID?
    /// To whom the holder offers it; it stays the holder's until that person accepts.
    package var offeredTo: UserID?
    package var due: Day?
    /// An end that awaits another person's approval.
    package var closing: Closing?
    /// Of an ended case: until when the rules that founded it open no new one.
    package var quietUntil: Day?
    /// Of a case ended as 対象外; `nil` of those ended before reasons were coded.
    package var endReason: NotApplicableReason?

    package init(state: CaseState = .candidate) { self.state = state }

    /// How a case is to end, and who says so.
    package struct Closing: Hashable, Sendable, Codable {
        package let state: CaseState
        package let reason: String
        package let quietUntil: Day?
        package let why: NotApplicableReason?
        package let proposer: UserID

        package init(
            state: CaseState, reason: String, quietUntil: Day?, why: NotApplicableReason?, proposer: UserID
        ) {
            self.state = state
            self.reason = reason
            self.quietUntil = quietUntil
            self.why = why
            self.proposer = proposer
        }
    }

    /// The one queue that an open case is in; `nil` where it is closed.
    package var queue: CaseQueue? {
        guard state.isOpen else { return nil }
        if closing != nil { return .approval }
        if offeredTo != nil { return .handover }
        return switch state {
        case .candidate: .candidates
        case .awaitingAssessment: .assessment
        case .checking: .checking
        case .conference: .conference
        case .watching: .watching
        case .supported, .notApplicable, .alreadySupported, .referred, .withdrawn: nil
        }
    }
}

/// A queue of open cases: what has to be done next with those in it.
package enum CaseQueue: String, Sendable, Codable, CaseIterable {
    case candidates = "候補"
    case assessment = "アセスメント待ち"
    case checking = "確認中"
    case conference = "支援会議"
    case watching = "見守り"
    case handover = "引継ぎ待ち"
    case approval = "承認待ち"

    /// As addresses name it.
    package var code: String { String(describing: self) }
}

/// Something that a person does with a case.
package enum CaseStep: Hashable, Sendable, Codable {
    case claim
    case release
    /// By somebody who may lead others' work.
    case assign(UserID)
    case offer(UserID)
    case accept
    case decline
    case move(CaseState)
    case setDue(Day?)
    /// - Parameters:
    ///   - why: of 対象外, and of nothing else.
    ///   - quietUntil: of 対象外 only.
    case propose(CaseState, why: NotApplicableReason? = nil, quietUntil: Day? = nil)
    case approve
    case reject
    case reopen
    case note

    /// As the API and the audit trail call it.
    package var name: String {
        switch self {
        case .claim: "claim"
        case .release: "release"
        case .assign: "assign"
        case .offer: "offer"
        case .accept: "accept"
        case .decline: "decline"
        case .move: "move"
        case .setDue: "due"
        case .propose: "close"
        case .approve: "approve"
        case .reject: "reject"
        case .reopen: "reopen"
        case .note: "note"
        }
    }

    /// Whether it needs a reason in words: whatever ends, gives away or takes back something.
    package var needsReason: Bool {
        switch self {
        case .claim, .accept, .approve, .assign, .setDue: false
        case .propose(_, let why, _): why == nil || why == .other
        case .release, .offer, .decline, .move, .reject, .reopen, .note: true
        }
    }
}

extension CaseState {
    /// Where work goes on from here; ends are proposed, not moved to.
    package var next: Set<CaseState> {
        switch self {
        case .candidate: [.awaitingAssessment]
        case .awaitingAssessment: [.checking]
        case .checking: [.conference, .watching]
        case .conference: [.checking, .watching]
        case .watching: [.checking, .conference]
        case .supported, .notApplicable, .alreadySupported, .referred, .withdrawn: []
        }
    }

    /// How a case may end from here. Nobody is found to need nothing, or connected to support, unseen.
    package var ends: Set<CaseState> {
        switch self {
        case .candidate: []
        case .awaitingAssessment: [.notApplicable, .alreadySupported, .referred]
        case .checking, .conference, .watching: [.supported, .notApplicable, .alreadySupported, .referred]
        case .supported, .notApplicable, .alreadySupported, .referred, .withdrawn: []
        }
    }
}

extension CaseWork {
    /// For how long at most a case found 対象外 may stay quiet: a year.
    package static let longestQuiet = 365

    /// The case after `step`.
    ///
    /// - Parameters:
    ///   - user: who does it.
    ///   - reason: in the words of who does it; already without spaces around it.
    ///   - needsSecond: whether an end waits for another person's approval.
    /// - Throws: `Fault` of kind `.conflict` where the step does not fit the case as it stands, of kind `.usage` where the step
    ///   itself lacks something.
    package func after(
        _ step: CaseStep, by user: UserID, reason: String, on today: Day, needsSecond: Bool
    ) throws(Fault) -> CaseWork {
        if step.needsReason, reason.isEmpty {
            throw Self.incomplete("reason", "理由が書かれていません。", "理由を書いてください。あとで経過を読む人のためです。")
        }
        if step == .note { return self }
        if step == .reopen { return try reopened(by: user) }
        guard state.isOpen else { throw Self.conflict("このケースは終わっています。", "続けるときは「再開」してください。") }
        // While it is offered or about to end, only that is decided.
        switch step {
        case .accept, .decline, .approve, .reject, .assign, .setDue: break
        default:
            if closing != nil { throw Self.conflict("終了の承認を待っています。", "承認か差戻しのあとで行ってください。") }
            if offeredTo != nil { throw Self.conflict("引継ぎの返事を待っています。", "引き受けか辞退のあとで行ってください。") }
        }
        var next = self
        switch step {
        case .claim:
            if let holder, holder != user { throw Self.held }
            next.holder = user
        case .release:
            try requireHolder(user)
            next.holder = nil
        case .assign(let other):
            next.holder = other
            next.offeredTo = nil
        case .offer(let other):
            try requireHolder(user)
            if other == user { throw Self.incomplete("to", "引継ぎの相手が本人です。", "ほかの職員を選んでください。") }
            next.offeredTo = other
        case .accept:
            guard offeredTo == user else { throw Self.conflict("あなたへの引継ぎは出ていません。", "画面を開き直してください。") }
            next.holder = user
            next.offeredTo = nil
        case .decline:
            // Who offered it may take it back, too.
            guard let offeredTo, offeredTo == user || holder == user else {
                throw Self.conflict("あなたへの引継ぎは出ていません。", "画面を開き直してください。")
            }
            next.offeredTo = nil
        case .move(let state):
            try requireHolder(user)
            guard self.state.next.contains(state) else {
                throw Self.conflict(
                    "「\(self.state.rawValue)」から「\(state.rawValue)」へは進めません。", "画面を開き直して、選べる状態から選んでください。")
            }
            next.state = state
        case .setDue(let day):
            if let day, day < today { throw Self.incomplete("due", "期限が過ぎた日です。", "今日からあとの日にしてください。") }
            next.due = day
        case .propose(let end, let why, let quiet):
            try requireHolder(user)
            next.closing = try closing(end, why, quiet, reason, by: user, on: today)
            if !needsSecond { next = next.ended() }
        case .approve:
            guard let closing else { throw Self.conflict("終了の承認を待っていません。", "画面を開き直してください。") }
            guard closing.proposer != user else {
                throw Self.conflict("終了を申し出た本人は承認できません。", "ほかの職員に承認を頼んでください。")
            }
            next = next.ended()
        case .reject:
            guard closing != nil else { throw Self.conflict("終了の承認を待っていません。", "画面を開き直してください。") }
            next.closing = nil
        case .reopen, .note: break
        }
        return next
    }

    private func reopened(by user: UserID) throws(Fault) -> CaseWork {
        guard !state.isOpen else { throw Self.conflict("このケースは終わっていません。", "画面を開き直してください。") }
        var next = CaseWork(state: .checking)
        next.holder = user
        return next
    }

    private func closing(
        _ end: CaseState, _ why: NotApplicableReason?, _ quiet: Day?, _ reason: String, by user: UserID,
        on today: Day
    ) throws(Fault) -> Closing {
        guard state.ends.contains(end) else {
            throw Self.conflict(
                "「\(state.rawValue)」から「\(end.rawValue)」で終えることはできません。", "先に状況を確かめ、選べる終わり方から選んでください。")
        }
        if (why == nil) == (end == .notApplicable) {
            throw why == nil
                ? Self.incomplete("why", "「対象外」にする理由が選ばれていません。", "理由を選んでください。規則の見直しに数えるためです。")
                : Self.incomplete("why", "理由の区分は「対象外」だけに付けられます。", "区分を空にして、理由を言葉で書いてください。")
        }
        if let quiet {
            guard end == .notApplicable else {
                throw Self.incomplete("quietUntil", "再び載せない期間は「対象外」だけに付けられます。", "期間を空にしてください。")
            }
            guard quiet > today, quiet.number - today.number <= Self.longestQuiet else {
                throw Self.incomplete(
                    "quietUntil", "再び載せない期間が、明日から\(Self.longestQuiet)日までの間にありません。", "期間を直してください。")
            }
        }
        return Closing(state: end, reason: reason, quietUntil: quiet, why: why, proposer: user)
    }

    private func ended() -> CaseWork {
        guard let closing else { return self }
        var next = CaseWork(state: closing.state)
        next.holder = holder
        next.quietUntil = closing.quietUntil
        next.endReason = closing.why
        return next
    }

    private func requireHolder(_ user: UserID) throws(Fault) {
        guard holder == user else {
            throw holder == nil
                ? Self.conflict("担当が決まっていません。", "「担当する」を選んでから行ってください。") : Self.held
        }
    }

    private static var held: Fault { conflict("ほかの職員が担当しています。", "担当の職員に引継ぎを頼んでください。") }

    private static func conflict(_ message: String, _ fix: String) -> Fault {
        Fault(.conflict, code: "case.step", message: message, fix: fix)
    }

    private static func incomplete(_ field: String, _ message: String, _ fix: String) -> Fault {
        Fault(.usage, code: "case.incomplete", message: message, field: field, fix: fix)
    }
}
