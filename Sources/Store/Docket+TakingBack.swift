internal import Domain

extension Docket {
    /// Says on the case that a flag is gone; where its ground was taken back, whoever acted on the case since it was raised is to be
    /// told, and what the flag said because of it is kept nowhere.
    func tell(of flag: Flag, goneFrom id: CaseID) throws {
        let plain = "「\(flag.title)」は、最新のデータでは確認されなくなりました。"
        guard let (why, lost) = try ground?.fate(of: flag, now: holder(of: id)) else {
            return try add(.signalGone, to: id, rule: flag.rule, note: plain)
        }
        try flag.without({ fact, _ in lost.contains(fact.undated) }, on: asOf).map { try keep($0, of: id) }
        try add(
            .takenBack, to: id, rule: flag.rule,
            note: "「\(flag.title)」の根拠の記録が、\(why.rawValue)。これをもとにしたことがあれば、見直してください。",
            of: Set(lost.map(\.fact.item)), plain: plain)
        try list(whoActedOn: id, flag.rule, why: why.rawValue)
        for standing in try storedFlags(of: id) where standing.others.contains(flag.rule) {
            try tell(of: standing, on: id, restingOn: flag, why, lost)
        }
    }

    /// Says of a combined flag that stands only because tonight cannot tell that one it rests on was taken back.
    private func tell(
        of standing: Flag, on id: CaseID, restingOn gone: Flag, _ why: TakenBack, _ lost: Set<SourcedFact>
    ) throws {
        try standing.without({ fact, _ in lost.contains(fact.undated) }, on: asOf).map {
            try keep($0, of: id)
        }
        try add(
            .takenBack, to: id, rule: standing.rule,
            note: "「\(standing.title)」のもとになった「\(gone.title)」の根拠の記録が、\(why.rawValue)。"
                + "届いていないデータがあるため、改めて判定できるまで残します。これをもとにしたことがあれば、見直してください。",
            of: Set(lost.map(\.fact.item) + gone.reasons.flatMap(\.items)),
            plain: "「\(standing.title)」のもとになったことの一部が、確認できなくなりました。届いていないデータがあるため、改めて判定できるまで残します。")
        try list(whoActedOn: id, standing.rule, why: "もとにした規則の根拠: " + why.rawValue)
    }

    /// The same of a flag that other facts still bear, though some it rested on were taken back.
    ///
    /// - Returns: the flag as it was raised, without what it said because of those.
    @discardableResult
    func tell(of flag: Flag, on id: CaseID, stillRaisedAs standing: Flag) throws -> Flag {
        guard let (why, lost) = try ground?.fate(of: flag, now: holder(of: id), besides: standing) else {
            return flag
        }
        try add(
            .takenBack, to: id, rule: flag.rule,
            note: "「\(flag.title)」の根拠の一部の記録が、\(why.rawValue)。ほかの記録では、今も当てはまります。"
                + "一部をもとにしたことがあれば、見直してください。", of: Set(lost.map(\.fact.item)))
        try list(whoActedOn: id, flag.rule, why: "根拠の一部: " + why.rawValue)
        return flag.without({ fact, _ in lost.contains(fact.undated) }, on: asOf) ?? flag
    }

    /// Who holds the case, and who did anything with it since the flag was raised.
    private func list(whoActedOn id: CaseID, _ rule: RuleID, why: String) throws {
        try database.statement(
            """
            INSERT INTO taking_back(case_id, rule, user, at, why)
            SELECT DISTINCT ?1, ?2, u.id, ?3, ?4 FROM user u WHERE 'user:' || u.id IN (
                SELECT e.actor FROM case_event e WHERE e.case_id = ?1 AND e.id > coalesce((
                    SELECT max(s.id) FROM case_event s WHERE s.case_id = ?1 AND s.rule = ?2 AND s.what = ?5), 0))
                OR u.id = (SELECT holder FROM cases WHERE id = ?1)
            ORDER BY u.id
            """
        ).run(id.rawValue, rule.rawValue, at, why, What.signal.rawValue)
    }
}
