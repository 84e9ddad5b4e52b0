import MartletORM

/// The models of Django's select_related_onetoone tests.
///
/// A table that inherits from another is one whose one-to-one relation to it is written.
enum Profiles {
    @Model("user")
    struct User: Equatable {
        var id: Int
        var username: String
        @HasOne(\UserProfile.user) var userprofile: One<UserProfile>
        @HasOne(\UserStat.user) var userstat: One<UserStat>
    }

    @Model("user_profile")
    struct UserProfile: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var user: Reference<User>
        var city: String
        var state: String
    }

    @Model("user_stat_result")
    struct UserStatResult: Equatable {
        var id: Int
        var results: String
    }

    @Model("user_stat")
    struct UserStat: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var user: Reference<User>
        var posts: Int
        @ForeignKey(onDelete: .cascade) var results: Reference<UserStatResult>
        @HasOne(\StatDetails.baseStats) var statdetails: One<StatDetails>
        @HasOne(\AdvancedUserStat.base) var advanceduserstat: One<AdvancedUserStat>
    }

    @Model("stat_details")
    struct StatDetails: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var baseStats: Reference<UserStat>
        var comments: Int
    }

    @Model("advanced_user_stat")
    struct AdvancedUserStat: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var base: Reference<UserStat>
        var karma: Int
    }

    @Model("image")
    struct Image: Equatable {
        var id: Int
        var name: String
        @HasOne(\Product.image) var product: One<Product>
    }

    @Model("product")
    struct Product: Equatable {
        var id: Int
        var name: String
        @OneToOne(onDelete: .setNull) var image: Reference<Image>?
    }

    @Model("parent1")
    struct Parent1: Equatable {
        var id: Int
        var name1: String
        @HasOne(\Child1.parent1) var child1: One<Child1>
        @HasOne(\Child2.parent1) var child2: One<Child2>
    }

    @Model("parent2")
    struct Parent2: Equatable {
        var id: Int
        var name2: String
        @HasOne(\Child1.parent2) var child1: One<Child1>
        @HasOne(\Child2.parent2) var child2: One<Child2>
    }

    @Model("child1")
    struct Child1: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var parent1: Reference<Parent1>
        @OneToOne(onDelete: .cascade) var parent2: Reference<Parent2>
        var value: Int
        @HasOne(\Child4.child1) var child4: One<Child4>
    }

    @Model("child2")
    struct Child2: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var parent1: Reference<Parent1>
        @OneToOne(onDelete: .cascade) var parent2: Reference<Parent2>
        var value: Int
        @HasOne(\Child3.child2) var child3: One<Child3>
    }

    @Model("child3")
    struct Child3: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var child2: Reference<Child2>
        var value3: Int
    }

    @Model("child4")
    struct Child4: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var child1: Reference<Child1>
        var value4: Int
    }

    @Model("linked_list")
    struct LinkedList: Equatable {
        var id: Int
        var name: String
        @OneToOne(onDelete: .cascade) var previousItem: Reference<LinkedList>?
        @HasOne(\LinkedList.previousItem) var nextItem: One<LinkedList>
    }
}
