internal import Domain

extension ServiceStore {
    /// Makes what the first list after a publication needs, on a reader of its own: of a large city it takes seconds, in which nobody has
    /// to wait. Tried once for each publication and ring; where it fails, whoever lists first makes it, and is told why.
    ///
    /// - Returns: whether there was something to make.
    @discardableResult
    package func prepareQueue() throws -> Bool {
        guard let queue = try queueAhead() else { return false }
        try adopt(queue)
        return true
    }

    /// The open cases of a publication and ring of which nobody made them yet, nor tried to; `nil`: there is nothing to make.
    func queueAhead() throws -> OpenQueue? {
        let wanted: PublicationInfo? = try exclusively { database in
            guard let publication = try currentPublication(in: database) else { return nil }
            try renewRing(in: database)
            return isUnprepared(publication) ? publication : nil
        }
        guard let wanted else { return nil }
        let run = try RunStore.open(published: wanted, in: runsFolder, keys: keys)
        let queue = try beside { try OpenQueue(.open, of: wanted, run, ring: run.ring, in: $0) }
        if let names = run.keptNames() { try queue.keepBirths(of: names, in: run) }
        return queue
    }

    /// Puts open cases that were made ahead into service, unless they are of another publication or ring by now, or somebody was sooner.
    func adopt(_ queue: OpenQueue) throws {
        try exclusively { database in
            try renewRing(in: database)
            guard let publication = try currentPublication(in: database), queue.isOf(publication, keys.ring)
            else { return }
            adopt(queue, of: publication)
        }
    }
}
