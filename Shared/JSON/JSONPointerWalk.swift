/// Finds the JSON Pointers (RFC 6901) of values of one document, one after another in the document's order: each goes on where
/// the one before has ended, so that a thousand paths cost one walk through the document and not a thousand (E6).
package struct JSONPointerWalk {
    /// Bytes of a pointer: past it the pointer is that of the place around.
    package static let maximumBytes = 1000

    /// A container that the last value stands in.
    private struct Container {
        let index: Int
        /// The pointer of the container, as bytes of `pointer`.
        let pointerBytes: Int
        /// The child that was reached: its first token, and how many stand before it.
        var child: Int
        var number = 0
        /// Whether the pointer ends around it.
        let isCut: Bool
    }

    private let document: JSONDocument
    private var pointer: String
    private var containers: [Container] = []

    package init(_ document: JSONDocument, from pointerRoot: String) {
        self.document = document
        pointer = pointerRoot
    }

    /// Where the value of that token stands; a key stands where its value does. Tokens are asked for in ascending order.
    package mutating func place(of index: Int) -> (pointer: String, isKey: Bool) {
        guard index > 0 else { return (pointer, false) }
        if containers.isEmpty {
            containers = [Container(index: 0, pointerBytes: pointer.utf8.count, child: 1, isCut: false)]
        }
        while let last = containers.last, index >= Int(document.tokens[last.index].next) { leave() }
        while true {
            let isObject = document.tokens[containers[containers.count - 1].index].kind == .object
            let child = goOn(to: index, isObject)
            let value = isObject ? child + 1 : child
            let step = self.step
            if index <= value { return (pointer + (step ?? ""), index < value) }
            let before = pointer.utf8.count
            pointer += step ?? ""
            containers.append(Container(index: value, pointerBytes: before, child: value + 1, isCut: step == nil))
        }
    }

    /// The first token of the innermost container's child that holds the token.
    private mutating func goOn(to index: Int, _ isObject: Bool) -> Int {
        var container = containers[containers.count - 1]
        while true {
            let next = Int(document.tokens[isObject ? container.child + 1 : container.child].next)
            guard index >= next else { break }
            container.child = next
            container.number += 1
        }
        containers[containers.count - 1] = container
        return container.child
    }

    /// What is put behind the innermost container's pointer for its child; `nil` where it is longer than a pointer may be.
    private var step: String? {
        guard let container = containers.last, !container.isCut, pointer.utf8.count <= JSONPointerWalk.maximumBytes
        else { return nil }
        guard document.tokens[container.index].kind == .object else { return "/\(container.number)" }
        let key = document.tokens[container.child]
        // A byte is written with six at the most, so what is longer than that need not be read to be known as too long.
        guard Int(key.end - key.start) <= 6 * JSONPointerWalk.maximumBytes else { return nil }
        return "/" + escapedPointer(document.bytes.withUnsafeBufferPointer { unescapedString(key, in: $0) })
    }

    private mutating func leave() {
        let container = containers.removeLast()
        pointer = String(decoding: pointer.utf8.prefix(container.pointerBytes), as: UTF8.self)
    }
}
