// `tx.enqueue` is part of every database that keeps tasks: whoever imports one needs no second import.
@_exported public import MartletStores
