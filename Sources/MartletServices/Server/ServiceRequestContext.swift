import Hummingbird
import NIOCore

/// What a server knows of a request beyond the request itself: the address it came from.
struct ServiceRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    /// The address of the other end of the connection, without port.
    let remoteAddress: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }
}
