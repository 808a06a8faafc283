internal import Domain

extension ServiceStore {
    /// Makes what the first list after a publication needs, on a reader of its own: of a large city it takes seconds, in which nobody has
    /// to wait. Tried once for each publication and ring; where it fails, whoever lists first makes it, and is told why.
    ///
    /// - Returns: whether there was something to make.
    @discardableResult
    package func prepareQueue() throws -> Bool {
        let wanted: PublicationInfo? = try exclusively { database in
            guard let publication = try currentPublication(in: database) else { return nil }
            try renewRing(in: database)
            return isUnprepared(publication) ? publication : nil
        }
        guard let wanted else { return false }
        let run = try RunStore.open(published: wanted, in: runsFolder, keys: keys)
        let queue = try beside { try OpenQueue(.open, of: wanted, run, ring: run.ring, in: $0) }
        if let names = run.keptNames() { try queue.keepBirths(of: names, in: run) }
        try exclusively { database in
            guard let publication = try currentPublication(in: database), queue.isOf(publication, keys.ring)
            else { return }
            adopt(queue, of: publication)
        }
        return true
    }
}
