import MartletORM

/// The models of Django's custom prefetch tests: houses, their rooms and people; employees and their bosses.
enum Houses {
    @Model("house")
    struct House: Equatable {
        var id: Int
        var name: String
        var address: String = ""
        @ForeignKey(onDelete: .setNull) var owner: Reference<Person>?
        @OneToOne(onDelete: .setNull) var mainRoom: Reference<Room>?
        @HasMany(\Room.house) var rooms: Many<Room>
        @ManyToMany(inverse: \Person.houses) var occupants: Many<Person>
    }

    @Model("room")
    struct Room: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var house: Reference<House>
        @HasOne(\House.mainRoom) var mainRoomOf: One<House>
    }

    @Model("person")
    struct Person: Equatable {
        var id: Int
        var name: String
        @ManyToMany var houses: Many<House>
    }

    @Model("employee")
    struct Employee: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .setNull) var boss: Reference<Employee>?
        @HasMany(\Employee.boss) var serfs: Many<Employee>
    }

    static let migration = Migration("0001", creating: [House.self, Room.self, Person.self, Employee.self])

    /// Two people, each in two houses of three rooms, and two employees with a boss.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            let people = try await Person.objects.bulkCreate([Person(name: "Joe"), Person(name: "Mary")], on: tx)
            let houses = try await House.objects.bulkCreate(
                (1...4).map { House(name: "House \($0)", address: "street", owner: $0 < 3 ? 1 : nil) }, on: tx)
            try await people[0].houses.add([houses[0], houses[1]], on: tx)
            try await people[1].houses.add([houses[2], houses[3]], on: tx)
            for house in houses {
                let rooms = try await Room.objects.bulkCreate(
                    ["Dining room", "Lounge", "Kitchen"].map { Room(name: $0, house: house.reference) }, on: tx)
                try await House.objects.filter { $0.id == house.id }.update(on: tx) {
                    [$0.mainRoom.set(rooms[0].reference)]
                }
            }
            let boss = try await Employee.objects.create(Employee(name: "Peter"), on: tx)
            try await Employee.objects.bulkCreate(
                ["Joe", "Angela"].map { Employee(name: $0, boss: boss.reference) }, on: tx)
        }
        return database
    }
}
