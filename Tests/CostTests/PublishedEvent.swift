import TestSupport

/// An event that an agency is to publish.
struct PublishedEvent {
    let type: String
    let agency: String
    let id: String
    let data: String

    /// As its client encodes it.
    var event: [UInt8] { Partnership.event(type, as: agency, id: id, data: data) }
}
