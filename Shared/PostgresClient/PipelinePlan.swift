/// A pipeline made ready for one connection: parameters encoded, names chosen, steps in order. Pure.
struct PipelinePlan {
    /// One statement of the pipeline.
    struct Item {
        let statement: SQLStatement
        let parameters: ParameterBlock
        /// How the server knows the statement.
        let entry: PreparedNames.Entry
        /// Whether the statement is worth remembering.
        let isKept: Bool
    }

    private(set) var items: [Item] = []
    private(set) var steps: [PipelineMachine.Step] = []

    /// Fails before anything is sent, if any statement or parameter cannot be.
    init(_ pipeline: Pipeline, names: inout PreparedNames) throws(PostgresError) {
        guard pipeline.count <= Pipeline.maximumStatements else {
            throw PostgresError(
                .encoding,
                "a pipeline of \(pipeline.count) statements is over the limit of \(Pipeline.maximumStatements)")
        }
        var fresh: [SQLStatement: PreparedNames.Entry] = [:]
        let blocks = try PipelinePlan.encode(pipeline)
        for (entry, block) in zip(pipeline.entries, blocks) {
            switch entry {
            case .command(let statement): addUnnamed(statement, block)
            case .statement(let statement, _): add(statement, block, &names, &fresh)
            }
        }
        steps.append(.sync)
    }

    var prepareCount: Int {
        steps.reduce(0) { count, step in if case .prepare = step { count + 1 } else { count } }
    }

    private static func encode(_ pipeline: Pipeline) throws(PostgresError) -> [ParameterBlock] {
        var blocks: [ParameterBlock] = []
        var bytes = 0
        for entry in pipeline.entries {
            if let defect = entry.statement.defect {
                throw PostgresError(.encoding, defect, statementName: entry.statement.name)
            }
            do throws(EncodingProblem) {
                var values: [PostgresValue] = []
                if case .statement(_, let parameters) = entry { values = parameters }
                let block = try ParameterBlock(values)
                bytes += block.bytes.count
                guard bytes <= ParameterBlock.maximumBytes else { throw .tooLarge }
                blocks.append(block)
            } catch {
                throw PostgresError(.encoding, error.sentence, statementName: entry.statement.name)
            }
        }
        return blocks
    }

    private mutating func addUnnamed(_ statement: SQLStatement, _ block: ParameterBlock) {
        let entry = PreparedNames.Entry(text: statement.text, types: [], serverName: "")
        append(Item(statement: statement, parameters: block, entry: entry, isKept: false), preparing: true)
    }

    private mutating func add(
        _ statement: SQLStatement, _ block: ParameterBlock, _ names: inout PreparedNames,
        _ fresh: inout [SQLStatement: PreparedNames.Entry]
    ) {
        let known = names.entry(for: statement, types: block.types) ?? fresh[statement]
        if let known, !known.serverName.isEmpty, known.serves(statement, block.types) {
            append(Item(statement: statement, parameters: block, entry: known, isKept: true), preparing: false)
            return
        }
        let entry = names.reserve(statement, types: block.types)
        fresh[statement] = entry
        append(Item(statement: statement, parameters: block, entry: entry, isKept: true), preparing: true)
    }

    private mutating func append(_ item: Item, preparing: Bool) {
        if preparing { steps.append(.prepare(items.count)) }
        steps.append(.execute(items.count))
        items.append(item)
    }
}
