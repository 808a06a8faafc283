/// Union-find whose sets can be walked: each set is also a ring.
struct DisjointSets {
    private var parent: [Int32]
    private var size: [Int32]
    private var next: [Int32]

    init(count: Int) {
        parent = (0..<count).map(Int32.init)
        next = parent
        size = Array(repeating: 1, count: count)
    }

    /// The set's representative; halves the path on the way.
    mutating func root(_ member: Int) -> Int {
        var node = member
        while Int(parent[node]) != node {
            parent[node] = parent[Int(parent[node])]
            node = Int(parent[node])
        }
        return node
    }

    /// Joins two sets given by their different representatives.
    mutating func join(_ a: Int, _ b: Int) {
        let (large, small) = size[a] >= size[b] ? (a, b) : (b, a)
        parent[small] = Int32(large)
        size[large] += size[small]
        next.swapAt(a, b)
    }

    /// All members of a member's set, that one first.
    func members(_ member: Int) -> [Int] {
        var all = [member]
        var node = Int(next[member])
        while node != member {
            all.append(node)
            node = Int(next[node])
        }
        return all
    }
}
