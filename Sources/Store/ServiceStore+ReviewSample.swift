internal import Audit
internal import Domain
package import Foundation
package import Policy

/// Pairs drawn at random for people to judge, of what was joined and of what was not; keys alone.
package struct ReviewSample: Sendable, Hashable {
    package struct Pair: Sendable, Hashable {
        /// `left < right`
        package let left: String
        package let right: String
        /// Whether the night had joined the two when the sample was drawn.
        package let isJoined: Bool

        package init(left: String, right: String, isJoined: Bool) {
            (self.left, self.right, self.isJoined) = (min(left, right), max(left, right), isJoined)
        }
    }

    package let seed: Int
    /// How many pairs there were to draw from: joined by the night alone, and left to people.
    package let joined: Int
    package let apart: Int
    package let pairs: [Pair]

    package init(seed: Int, joined: Int, apart: Int, pairs: [Pair]) {
        (self.seed, self.joined, self.apart, self.pairs) = (seed, joined, apart, pairs)
    }
}

extension ServiceStore {
    /// The sample drawn last; `nil` where none ever was.
    package func reviewSample() throws -> ReviewSample? {
        try exclusively { try reviewSamples(in: $0).last }
    }

    /// All samples ever drawn, in order.
    package func reviewSamples() throws -> [ReviewSample] {
        try exclusively { try reviewSamples(in: $0) }
    }

    /// Keeps a sample; from now on it is the one that is judged.
    ///
    /// - Parameter decision: about `Action.review`.
    /// - Throws: `Fault` of kind `.denied`.
    package func keep(_ sample: ReviewSample, actor: Actor, decision: Decision, at: Date) throws {
        try recording(.reviewSample, .review, actor, decision, at) { database, event in
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            try database.statement(
                "INSERT INTO review_sample(run, actor, at, seed, joined, apart) VALUES (?, ?, ?, ?, ?, ?)"
            ).run(
                publication.run.rawValue, actor.description, at.milliseconds, sample.seed, sample.joined,
                sample.apart)
            let id = try database.statement("SELECT last_insert_rowid()").first { $0.int(0) } ?? 0
            for pair in sample.pairs {
                try database.statement(
                    "INSERT INTO review_sample_pair(sample, left_key, right_key, is_joined) VALUES (?, ?, ?, ?)"
                ).run(id, pair.left, pair.right, pair.isJoined)
            }
            event.counts = ["pairs": sample.pairs.count]
        }
    }

    private func reviewSamples(in database: Database) throws -> [ReviewSample] {
        var pairs: [Int: [ReviewSample.Pair]] = [:]
        try database.statement(
            "SELECT sample, left_key, right_key, is_joined FROM review_sample_pair ORDER BY sample, left_key, right_key"
        ).rows {
            pairs[$0.int(0), default: []].append(
                ReviewSample.Pair(left: $0.text(1), right: $0.text(2), isJoined: $0.bool(3)))
        }
        var samples: [ReviewSample] = []
        try database.statement("SELECT id, seed, joined, apart FROM review_sample ORDER BY id").rows {
            samples.append(
                ReviewSample(
                    seed: $0.int(1), joined: $0.int(2), apart: $0.int(3), pairs: pairs[$0.int(0)] ?? []))
        }
        return samples
    }
}
