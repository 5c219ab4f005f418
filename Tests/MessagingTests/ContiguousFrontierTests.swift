import Testing

@testable import Messaging

/// What may go to the broker without a look at the table.
struct ContiguousFrontierTests {
    private func chain(from floor: Int64) -> ContiguousFrontier {
        var chain = ContiguousFrontier()
        chain.reached(floor: floor)
        return chain
    }

    @Test("Rows right behind the floor follow, in order, up to a gap")
    func following() {
        let chain = chain(from: 10)
        #expect(chain.following([12, 11, 13, 15]) == [11, 12, 13])
        #expect(chain.following([12]) == [])
        #expect(chain.following([9, 10]) == [])
    }

    @Test("Nothing follows before the floor is known")
    func unknown() {
        var chain = ContiguousFrontier()
        #expect(chain.following([1, 2]) == [])
        chain.reached(floor: 0)
        #expect(chain.following([1, 2]) == [])
        #expect(chain.end == nil)
        // Not even what follows on rows that were carried, which may have others before them.
        chain.carried([1, 2, 4])
        #expect(chain.end == nil)
        #expect(chain.following([3]) == [])
        chain.reached(floor: 1)
        #expect(chain.end == 2)
        #expect(chain.following([3, 4, 5]) == [3], "4 is with the broker")
    }

    @Test("What was carried beyond a gap counts once the gap is filled, or the floor has passed it")
    func gap() {
        var chain = chain(from: 10)
        chain.carried([11, 13, 14])
        #expect(chain.end == 11)
        #expect(chain.following([15]) == [])
        #expect(chain.following([12, 13]) == [12], "13 is with the broker")
        var filled = chain
        filled.carried([12])
        #expect(filled.end == 14)
        chain.reached(floor: 12)
        #expect(chain.end == 14)
        #expect(chain.following([14, 15]) == [15])
    }

    @Test("After a failure nothing follows until the floor has passed all that was seen by then")
    func interrupted() {
        var chain = chain(from: 10)
        chain.carried([11, 12])
        chain.interrupt(seen: 20)
        #expect(chain.end == nil)
        chain.carried([18, 21, 22, 24])
        chain.reached(floor: 19)
        #expect(chain.following([20, 21, 23]) == [], "20 may be with the broker, or not")
        chain.reached(floor: 20)
        #expect(chain.end == 22)
        #expect(chain.following([23]) == [23])
        // The failure may have been with rows that nobody has seen since.
        chain.interrupt()
        chain.reached(floor: 23)
        #expect(chain.end == nil)
        chain.reached(floor: 24)
        #expect(chain.end == 24)
    }

    @Test("A floor that stands still costs no memory without end, and nothing is taken up twice for it")
    func bounded() {
        var chain = chain(from: 1)
        let last = Int64(ContiguousFrontier.maximumBeyond) + 4
        for id in 3...last { chain.carried([id]) }
        #expect(chain.end == nil)
        #expect(chain.following([2]) == [])
        chain.reached(floor: last - 1)
        #expect(chain.following([last]) == [])
        chain.reached(floor: last)
        #expect(chain.following([last, last + 1]) == [last + 1])
    }
}
