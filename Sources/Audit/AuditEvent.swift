package import Domain

/// Something that was done with the workspace: who, what, for which purpose, about whom, which fields, how many.
///
/// Names of fields, counts and ids only: a person's value has no place to stand in.
package struct AuditEvent: Sendable, Hashable {
    /// What was done; a closed list, so that an analyst can count on the words.
    package enum What: String, Sendable, CaseIterable {
        case householdsRead = "households.read"
        case rulesTry = "rules.try"
        case identitiesRead = "identities.read"
        case casesList = "cases.list"
        case caseRead = "case.read"
        case casesPrint = "cases.print"
        case casesExport = "cases.export"
        case casePrint = "case.print"
        case rowExplain = "row.explain"
        case personExplain = "person.explain"
        case caseExplain = "case.explain"
        case caseWork = "case.work"
        case rejectedRead = "rejected.read"
        case rejectedExport = "rejected.export"
        case correctionsKeep = "corrections.keep"
        case correctionsTake = "corrections.take"
        case correctionsLapse = "corrections.lapse"
        case reviewList = "review.list"
        case reviewRead = "review.read"
        case reviewExport = "review.export"
        case reviewSample = "review.sample"
        case verdictDecide = "verdict.decide"
        case verdictConfirm = "verdict.confirm"
        case verdictWithdraw = "verdict.withdraw"
        case consentList = "consent.list"
        case consentRecord = "consent.record"
        case consentConfirm = "consent.confirm"
        case consentEnd = "consent.end"
        case declarationLook = "declaration.look"
        case declarationBegin = "declaration.begin"
        case declarationConfirm = "declaration.confirm"
        case declarationEnd = "declaration.end"
        case declarationNote = "declaration.note"
        case declarationList = "declaration.list"
        case declarationReview = "declaration.review"
        case personRead = "person.read"
        case personsSearch = "persons.search"
        case supportList = "support.list"
        case supportRead = "support.read"
        case supportRecord = "support.record"
        case spotCheckDraw = "spot-check.draw"
        case spotCheckList = "spot-check.list"
        case spotCheckRead = "spot-check.read"
        case spotCheckAnswer = "spot-check.answer"
        case registryImport = "registry.import"
        case recordsDisclose = "records.disclose"
        case rowRectify = "row.rectify"
        case rowLapse = "row.lapse"
        case rowRestore = "row.restore"
        case rightsTell = "rights.tell"
        case retentionList = "retention.list"
        case retentionPropose = "retention.propose"
        case retentionApprove = "retention.approve"
        case retentionErase = "retention.erase"
        case keysRotate = "keys.rotate"
        case keysReseal = "keys.reseal"
        case shreddingList = "shredding.list"
        case shreddingPropose = "shredding.propose"
        case shreddingWithdraw = "shredding.withdraw"
        case personShred = "person.shred"
        case runStart = "run.start"
        case runPublish = "run.publish"
        case runFail = "run.fail"
        case gateAccept = "gate.accept"
        case auditRead = "audit.read"
        case auditVerifyBegin = "audit.verify-begin"
        case auditVerify = "audit.verify"
        case auditProve = "audit.prove"
        case auditExport = "audit.export"
        case auditAnalyse = "audit.analyse"
        case clockAccept = "clock.accept"
        case restoreAccept = "restore.accept"
        case guidelineUse = "guideline.use"
        case rulePropose = "rule.propose"
        case ruleApprove = "rule.approve"
        case guidelinePropose = "guideline.propose"
        case guidelineApprove = "guideline.approve"
        case guidelineWithdraw = "guideline.withdraw"
        case userList = "user.list"
        case userAdd = "user.add"
        case userRoles = "user.roles"
        case userPassword = "user.password"
        case userUnlock = "user.unlock"
        case userRemove = "user.remove"
        case userRelate = "user.relate"
        case userSecondFactor = "user.second-factor"
        case userSecondFactorReset = "user.second-factor-reset"
        case tokenCreate = "token.create"
        case tokenEnd = "token.end"
        case tokenList = "token.list"
        case tokenUse = "token.use"
        case tokenRefuse = "token.refuse"
        case sessionList = "session.list"
        case sessionEnd = "session.end"
        case logIn = "session.login"
        case logInRefused = "session.refuse"
        case logOut = "session.logout"
        case pageRefuse = "page.refuse"
    }

    package var what: What
    /// `user:…` or `system:…`.
    package var actor: String
    /// Milliseconds since 1970-01-01 UTC.
    package var at: Int
    /// `false`: policy denied it.
    package var isPermitted = true
    package var purpose: PurposeID?
    /// Revision of the guideline that decided.
    package var revision: String?
    /// Ids of the deciding statements, sorted.
    package var statements: [String] = []
    /// Pseudonyms of the domain `audit`.
    package var subjects: [Pseudonym] = []
    /// Names of items and identifier parts that were shown, sorted.
    package var fields: [String] = []
    package var counts: [String: Int] = [:]
    /// Ids of things that are no persons: run, case, publication hash.
    package var references: [String: String] = [:]

    package init(_ what: What, actor: String, at: Int) {
        self.what = what
        self.actor = actor
        self.at = at
    }

    /// The event as the tree hashes it: JSON with sorted keys, no spaces, empty parts left out, UTF-8.
    package func canonical(sequence: Int) -> String {
        var members: [(String, String)] = [
            ("actor", canonicalJSON(actor)), ("at", canonicalJSON(timestamp(at))),
            ("outcome", canonicalJSON(isPermitted ? "permit" : "deny")), ("seq", String(sequence)),
            ("what", canonicalJSON(what.rawValue)),
        ]
        if let purpose { members.append(("purpose", canonicalJSON(purpose.rawValue))) }
        if let revision { members.append(("revision", canonicalJSON(revision))) }
        if !statements.isEmpty { members.append(("statements", list(statements))) }
        if !subjects.isEmpty { members.append(("subjects", list(subjects.map(\.rawValue)))) }
        if !fields.isEmpty { members.append(("fields", list(fields))) }
        if !counts.isEmpty { members.append(("counts", object(counts.map { ($0.key, String($0.value)) }))) }
        if !references.isEmpty {
            members.append(("references", object(references.map { ($0.key, canonicalJSON($0.value)) })))
        }
        return object(members)
    }
}

private func object(_ members: [(String, String)]) -> String {
    let sorted = members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    return "{" + sorted.map { canonicalJSON($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
}

private func list(_ texts: [String]) -> String { "[" + texts.map(canonicalJSON).joined(separator: ",") + "]" }

/// A JSON string; only what RFC 8259 makes us escape is escaped, always in the same way.
private func canonicalJSON(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": json += "\\\""
        case "\\": json += "\\\\"
        case _ where scalar.value < 0x20:
            json += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: json.unicodeScalars.append(scalar)
        }
    }
    return json + "\""
}
