import Testing

@testable import Domain

@Suite("A guarded share")
struct GuardedShareTests {
    @Test("lies within the bounds it tells, and is exact where nobody is few")
    func bounds() {
        for all in 0...70 {
            for with in 0...all {
                let share = GuardedShare(all: all, with: with)
                for (told, count) in [(share.all, all), (share.with, with), (share.without, all - with)] {
                    #expect(told.least <= count && count <= told.most, "\(with) of \(all)")
                }
                let isFew = [all, with, all - with].contains { (1..<GuardedShare.limit).contains($0) }
                #expect((share.with.least == share.with.most) == !isFew, "\(with) of \(all)")
            }
        }
    }

    @Test("leaves nine answers or more open where one of its counts is from one to nine")
    func openness() {
        var answers: [GuardedShare: Int] = [:]
        for all in 0...70 {
            for with in 0...all { answers[GuardedShare(all: all, with: with), default: 0] += 1 }
        }
        for (share, count) in answers where share.with.least != share.with.most {
            #expect(count >= 9, "\(share)")
        }
    }

    @Test("of shares told beside it tells no more than they do")
    func sums() {
        let shares = [(100, 95), (50, 50), (12, 5)].map { GuardedShare(all: $0.0, with: $0.1) }
        let sum = GuardedShare(sumOf: shares)
        #expect(sum.all == .init(162, 162))
        #expect(sum.with == .init(91 + 50 + 1, 99 + 50 + 11) && sum.without == .init(1 + 0 + 1, 9 + 0 + 11))
    }
}
