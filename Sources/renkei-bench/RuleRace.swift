import CSQLite
import Domain
import Flagging
import Foundation
import Nightly
import Policy

/// All flag rules over invented children, and some of the same rules as SQL in SQLite over the same facts.
struct RuleRace: Encodable {
    struct Entry: Encodable {
        let rule: String
        let persons: Int
        let sqlSeconds: Double
        let sqlPersons: Int
    }

    let children: Int
    let facts: Int
    let rules: Int
    let threads: Int
    let seconds: Double
    let cpuSeconds: Double
    let found: Int
    /// The same rules as in `entries`, alone, on one thread.
    let entriesSeconds: Double
    let peakMebibytes: Int
    let sqlLoadSeconds: Double
    let entries: [Entry]

    init(children: Int, threads: Int, folder: String) throws {
        let asOf = Day(number: 20_727)
        let town = RuleTown(children: children, seed: 7, asOf: asOf)
        let guideline = try Guideline.load(folder: "Guidelines", digest: { _ in "" })
        let set = try RuleSet.load(
            folder: "Guidelines", catalogue: guideline.catalogue, purposes: nil, permits: nil)
        let source = SourceFreshness(source: "bench", title: "測定", asOf: asOf, limit: 35)
        let night = RuleNight(
            day: asOf, sources: ["bench": source],
            sourcesOf: guideline.catalogue.items.mapValues { _ in ["bench"] })
        self.children = children
        facts = town.facts.count
        rules = set.rules.count
        self.threads = threads

        let cpu = processorSeconds(RUSAGE_SELF)
        let start = ContinuousClock.now
        found = Self.held(set.rules, set, town, night, threads: threads).values.reduce(0, +)
        seconds = start.duration(to: .now) / .seconds(1)
        cpuSeconds = processorSeconds(RUSAGE_SELF) - cpu

        let raced = Self.queries.compactMap { set.rule(RuleID($0.rule)) }
        let again = ContinuousClock.now
        let counts = Self.held(raced, set, town, night, threads: 1)
        entriesSeconds = again.duration(to: .now) / .seconds(1)
        peakMebibytes = renkei_bench.peakMebibytes()

        let database = try BenchDatabase(folder + "/facts.sqlite")
        let loading = ContinuousClock.now
        try database.load(town)
        sqlLoadSeconds = loading.duration(to: .now) / .seconds(1)
        entries = try Self.queries.map { query in
            let start = ContinuousClock.now
            let persons = try database.count(query.sql, Self.days(asOf))
            let seconds = start.duration(to: .now) / .seconds(1)
            return Entry(
                rule: query.rule, persons: counts[RuleID(query.rule)] ?? 0, sqlSeconds: seconds,
                sqlPersons: persons)
        }
    }

    /// How many persons each rule's condition holds for, suppressed or not.
    private static func held(
        _ rules: [FlagRule], _ set: RuleSet, _ town: RuleTown, _ night: RuleNight, threads: Int
    ) -> [RuleID: Int] {
        let counts = Guarded<[RuleID: Int]>([:])
        let piece = 2000
        let pieces = (town.births.count + piece - 1) / piece
        let next = Guarded(0)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var own: [RuleID: Int] = [:]
            while true {
                let number = next.withLock { number in
                    defer { number += 1 }
                    return number
                }
                guard number < pieces else { break }
                for index in number * piece..<min(town.births.count, (number + 1) * piece) {
                    let outcomes = set.outcomes(of: town.person(index), rules: rules, on: night)
                    for (rule, outcome) in zip(rules, outcomes) {
                        switch outcome {
                        case .flag, .suppressed: own[rule.id, default: 0] += 1
                        default: break
                        }
                    }
                }
            }
            counts.withLock { $0.merge(own, uniquingKeysWith: +) }
        }
        return counts.withLock { $0 }
    }

    var text: String {
        let head = String(
            format: """
                rules: %d children, %d facts of 24 months, %d rules on %d threads: %.1f s, CPU %.1f s, peak %d MiB, %d found
                the rules below alone, one thread: %.1f s; SQLite: facts loaded in %.1f s
                """, children, facts, rules, threads, seconds, cpuSeconds, peakMebibytes, found,
            entriesSeconds,
            sqlLoadSeconds)
        return entries.reduce(head) { text, entry in
            text
                + String(
                    format: "\n%@: %d persons; SQLite %d persons, %.2f s", entry.rule, entry.persons,
                    entry.sqlPersons, entry.sqlSeconds)
        } + String(format: "\nSQLite altogether %.1f s", entries.reduce(0) { $0 + $1.sqlSeconds })
    }
}

// MARK: - The same rules as SQL

extension RuleRace {
    /// Places in the queries: the night's day, and the first day of looks back.
    private static func days(_ asOf: Day) -> [Int] {
        [0, 3, 6, 7, 12].map { $0 == 0 ? asOf.number : asOf.adding(months: -$0).adding(days: 1).number }
    }

    /// `?1` the day, `?2` 3 months back, `?3` 6, `?4` 7, `?5` 12; parts by their place in `RuleTown.parts`.
    private static let queries: [(rule: String, sql: String)] = [
        (
            "S1",
            """
            SELECT count(*) FROM (SELECT f.person FROM fact f JOIN person p ON p.person = f.person
            WHERE f.part = 9 AND f.day BETWEEN ?5 AND ?1 AND p.grade BETWEEN 1 AND 9
            GROUP BY f.person HAVING sum(f.value) >= 30)
            """
        ),
        (
            "S2",
            """
            WITH f AS (SELECT person, day, value, row_number() OVER (PARTITION BY person ORDER BY day DESC) AS r
                FROM fact WHERE part = 9 AND day BETWEEN ?4 AND ?1),
            a AS (SELECT person, max(CASE WHEN r = 1 THEN value END) AS newest,
                max(CASE WHEN r = 1 THEN day END) AS held, avg(CASE WHEN r > 1 THEN value END) AS mean
                FROM f GROUP BY person)
            SELECT count(*) FROM a JOIN person p ON p.person = a.person WHERE p.grade BETWEEN 1 AND 9
            AND ((newest >= 3 AND mean IS NOT NULL AND newest >= 2 * mean) OR (held >= ?2 AND newest >= 5))
            """
        ),
        (
            "C6",
            """
            WITH f AS (SELECT person, value, row_number() OVER (PARTITION BY person ORDER BY day DESC) AS r
                FROM fact WHERE part = 7 AND day BETWEEN ?2 AND ?1)
            SELECT count(*) FROM f JOIN person p ON p.person = f.person
            WHERE r = 1 AND value >= 3 AND p.grade <= 0
            """
        ),
        (
            "U2",
            """
            SELECT count(*) FROM person p WHERE p.months >= 36 AND p.grade <= 0
            AND max(p.birth36, coalesce((SELECT max(day) FROM fact WHERE part = 0 AND person = p.person), 0)) + 90 <= ?1
            AND NOT EXISTS (SELECT 1 FROM fact WHERE part = 6 AND person = p.person AND day BETWEEN ?2 AND ?1 AND value = 0)
            AND NOT EXISTS (SELECT 1 FROM fact WHERE part = 4 AND person = p.person AND day BETWEEN ?5 AND ?1 AND value = 0)
            AND NOT EXISTS (SELECT 1 FROM fact WHERE part = 5 AND person = p.person AND day BETWEEN ?5 AND ?1)
            """
        ),
        (
            "U3",
            """
            SELECT count(*) FROM person p LEFT JOIN fact e ON e.part = 8 AND e.person = p.person
            WHERE p.grade BETWEEN 1 AND 9 AND (e.value = 1 OR (e.value IS NULL AND max(p.entry,
                coalesce((SELECT max(day) FROM fact WHERE part = 0 AND person = p.person), 0)) + 30 <= ?1))
            """
        ),
        (
            "X1",
            """
            SELECT count(*) FROM person p
            JOIN fact m ON m.part = 2 AND m.person = p.person AND m.value = 0 AND m.day BETWEEN ?5 AND ?1
            WHERE p.months <= 71 AND m.day + 60 <= ?1
            AND NOT EXISTS (SELECT 1 FROM fact WHERE part = 4 AND person = p.person AND value = 0)
            AND NOT EXISTS (SELECT 1 FROM fact WHERE part = 5 AND person = p.person)
            """
        ),
    ]
}

/// The facts in SQLite, laid out for the queries: by part, then by person.
private final class BenchDatabase {
    private var handle: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw failed() }
        try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;")
        try execute(
            """
            CREATE TABLE fact(part INTEGER, person INTEGER, day INTEGER, value INTEGER,
                PRIMARY KEY(part, person, day, value)) WITHOUT ROWID;
            CREATE TABLE person(person INTEGER PRIMARY KEY, months INTEGER, grade INTEGER, birth36 INTEGER, entry INTEGER);
            """)
    }

    deinit { sqlite3_close(handle) }

    /// Part by part, so that every row goes to the end of the table.
    func load(_ town: RuleTown) throws {
        try execute("BEGIN")
        var place = 0
        try insert("INSERT INTO person VALUES (?, ?, ?, ?, ?)") {
            guard place < town.births.count else { return nil }
            defer { place += 1 }
            let birth = town.births[place]
            let grade = birth.schoolGrade(on: town.asOf)
            let entry = Day(town.asOf.schoolYear - grade + 1, 4, 1)?.number ?? 0
            return [place, birth.ageInMonths(on: town.asOf), grade, birth.adding(months: 36).number, entry]
        }
        for part in RuleTown.parts.indices {
            var (child, next) = (0, 0)
            try insert("INSERT OR IGNORE INTO fact VALUES (?, ?, ?, ?)") {
                while next < town.facts.count {
                    while next >= town.starts[child + 1] { child += 1 }
                    defer { next += 1 }
                    let fact = town.facts[next]
                    guard Int(fact.part) == part else { continue }
                    return [part, child, town.day(fact).number, Int(fact.value)]
                }
                return nil
            }
        }
        try execute("COMMIT; ANALYZE;")
    }

    func count(_ sql: String, _ values: [Int]) throws -> Int {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        for (index, value) in values.enumerated() where Int32(index) < sqlite3_bind_parameter_count(statement)
        {
            sqlite3_bind_int64(statement, Int32(index + 1), Int64(value))
        }
        guard sqlite3_step(statement) == SQLITE_ROW else { throw failed() }
        return Int(sqlite3_column_int64(statement, 0))
    }

    private func insert(_ sql: String, _ next: () -> [Int]?) throws {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        while let row = next() {
            for (index, value) in row.enumerated() {
                sqlite3_bind_int64(statement, Int32(index + 1), Int64(value))
            }
            guard sqlite3_step(statement) == SQLITE_DONE else { throw failed() }
            sqlite3_reset(statement)
        }
    }

    private func prepare(_ sql: String) throws -> OpaquePointer? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failed() }
        return statement
    }

    private func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failed() }
    }

    private func failed() -> Fault {
        Fault(
            .internal, code: "bench.sqlite", message: String(cString: sqlite3_errmsg(handle)), fix: "")
    }
}
