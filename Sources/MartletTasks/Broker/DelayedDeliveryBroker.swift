/// A broker that keeps messages until their eta has come, instead of a worker that holds them in memory.
///
/// A worker receives from another broker what is not yet due and gives it back at its eta.
public protocol DelayedDeliveryBroker: Broker {}
