/// A pattern of characters whose matching takes time bound by text times pattern: none that an official writes can hang
/// a night.
///
/// Regular expressions without groups and alternatives, with their usual meaning: characters, `.`, `\d`, `\s`, `\S`,
/// `[0-9A-Z]`, `[^…]`, each with `?`, `*`, `+`, `{n}`, `{n,}` or `{n,m}`; `^` at the beginning, `$` at the end.
package struct CharacterPattern: Sendable {
    /// What one place of the text may hold.
    private struct Class: Sendable {
        var ranges: [ClosedRange<UInt32>]
        var isNegated = false

        func holds(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != isNegated
        }

        static let digits = Class(ranges: [0x30...0x39])
        static let blanks = Class(ranges: [
            9...13, 0x20...0x20, 0xA0...0xA0, 0x2000...0x200A, 0x3000...0x3000,
        ])
        static let anything = Class(ranges: [0x0A...0x0A, 0x0D...0x0D], isNegated: true)
    }

    /// A class, which may be left out, or stand any number of times (then it may be left out too).
    private struct Place: Sendable {
        let what: Class
        let isOptional: Bool
        let repeats: Bool
    }

    /// More than any number, code or name needs.
    private static let longest = 200

    private let places: [Place]
    /// Bits of the places that may be left out, of a pattern short enough.
    private let optional: UInt64
    private let fromStart: Bool
    private let toEnd: Bool

    /// - Parameter isWhole: the pattern is for the whole text, with or without `^` and `$`.
    /// - Returns: `nil` where `text` is no such pattern.
    package init?(_ text: String, isWhole: Bool = false) {
        var rest = text.unicodeScalars[...]
        let isAnchored = rest.first == "^"
        if isAnchored { rest = rest.dropFirst() }
        var places: [Place] = []
        var ends = false
        while let next = rest.popFirst() {
            if next == "$", rest.isEmpty {
                ends = true
                break
            }
            guard let what = Self.atom(next, &rest), let count = Self.quantifier(&rest),
                places.count + max(count.least, count.most ?? 0) < Self.longest
            else { return nil }
            for _ in 0..<count.least {
                places.append(Place(what: what, isOptional: false, repeats: false))
            }
            if let most = count.most {
                for _ in count.least..<most {
                    places.append(Place(what: what, isOptional: true, repeats: false))
                }
            } else {
                places.append(Place(what: what, isOptional: true, repeats: true))
            }
        }
        self.places = places
        optional =
            places.count < UInt64.bitWidth
            ? places.indices.reduce(0) { places[$1].isOptional ? $0 | 1 << UInt64($1) : $0 } : 0
        fromStart = isAnchored || isWhole
        toEnd = ends || isWhole
    }

    /// Sets of places are the bits of one word; only a pattern of 64 places or more needs an array.
    package func matches(_ text: String) -> Bool {
        places.count < UInt64.bitWidth ? matchesShort(text) : matchesLong(text)
    }

    private func matchesShort(_ text: String) -> Bool {
        let end = UInt64(1) << UInt64(places.count)
        var reached = skippingOptional(1)
        for scalar in text.unicodeScalars {
            if !toEnd, reached & end != 0 { return true }
            var next: UInt64 = fromStart ? 0 : 1
            var rest = reached & (end - 1)
            while rest != 0 {
                let index = rest.trailingZeroBitCount
                rest &= rest - 1
                let place = places[index]
                if place.what.holds(scalar) { next |= 1 << UInt64(place.repeats ? index : index + 1) }
            }
            reached = skippingOptional(next)
            if reached == 0 { return false }
        }
        return reached & end != 0
    }

    private func skippingOptional(_ reached: UInt64) -> UInt64 {
        var (all, rest) = (reached, reached & optional)
        while rest != 0 {
            let next = (rest & (~rest + 1)) << 1
            rest = (rest & (rest - 1)) | (next & optional & ~all)
            all |= next
        }
        return all
    }

    private func matchesLong(_ text: String) -> Bool {
        var reached = [Bool](repeating: false, count: places.count + 1)
        reached[0] = true
        skipOptional(&reached)
        for scalar in text.unicodeScalars {
            if !toEnd, reached[places.count] { return true }
            var next = [Bool](repeating: false, count: places.count + 1)
            for (index, place) in places.enumerated() where reached[index] && place.what.holds(scalar) {
                next[place.repeats ? index : index + 1] = true
            }
            if !fromStart { next[0] = true }
            skipOptional(&next)
            reached = next
        }
        return reached[places.count]
    }

    private func skipOptional(_ reached: inout [Bool]) {
        for (index, place) in places.enumerated() where reached[index] && place.isOptional {
            reached[index + 1] = true
        }
    }

    // MARK: Reading

    private static func atom(
        _ first: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView
    ) -> Class? {
        switch first {
        case ".": return .anything
        case "[": return bracket(&rest)
        case "\\": return rest.popFirst().flatMap(escaped)
        case "(", ")", "|", "?", "*", "+", "{", "}", "]", "^", "$": return nil
        default: return Class(ranges: [first.value...first.value])
        }
    }

    private static func escaped(_ letter: Unicode.Scalar) -> Class? {
        switch letter {
        case "d": return .digits
        case "s": return .blanks
        case "S": return Class(ranges: Class.blanks.ranges, isNegated: true)
        default:
            // A letter may stand for something that is not read here.
            return letter.properties.isAlphabetic || letter.properties.numericType != nil
                ? nil : Class(ranges: [letter.value...letter.value])
        }
    }

    /// What stands between brackets, to the closing one.
    private static func bracket(_ rest: inout Substring.UnicodeScalarView) -> Class? {
        var ranges: [ClosedRange<UInt32>] = []
        let isNegated = rest.first == "^"
        if isNegated { rest = rest.dropFirst() }
        while let next = rest.popFirst() {
            if next == "]" { return ranges.isEmpty ? nil : Class(ranges: ranges, isNegated: isNegated) }
            guard next != "[" else { return nil }
            var low = next
            if next == "\\" {
                guard let letter = rest.popFirst(), let what = escaped(letter), !what.isNegated else {
                    return nil
                }
                if what.ranges.count > 1 || what.ranges[0].count > 1 {
                    ranges += what.ranges
                    continue
                }
                low = letter
            }
            guard rest.first == "-", rest.dropFirst().first != "]" else {
                ranges.append(low.value...low.value)
                continue
            }
            rest = rest.dropFirst()
            guard let high = rest.popFirst(), high != "\\", high != "[", low.value <= high.value else {
                return nil
            }
            ranges.append(low.value...high.value)
        }
        return nil
    }

    /// How often the class before it stands; `most` is `nil` for any number.
    private static func quantifier(
        _ rest: inout Substring.UnicodeScalarView
    ) -> (least: Int, most: Int?)? {
        switch rest.first {
        case "?":
            rest = rest.dropFirst()
            return (0, 1)
        case "*":
            rest = rest.dropFirst()
            return (0, nil)
        case "+":
            rest = rest.dropFirst()
            return (1, nil)
        case "{":
            guard let end = rest.firstIndex(of: "}") else { return nil }
            let parts = String(rest[rest.startIndex..<end].dropFirst())
                .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            rest = rest[rest.index(after: end)...]
            guard let least = count(parts[0]) else { return nil }
            if parts.count == 1 { return (least, least) }
            if parts.count == 2, parts[1].isEmpty { return (least, nil) }
            guard parts.count == 2, let most = count(parts[1]), least <= most else { return nil }
            return (least, most)
        default: return (1, 1)
        }
    }

    private static func count(_ digits: String) -> Int? {
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(digits)
    }
}
