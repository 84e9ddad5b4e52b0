extension SelectExpression where Value: NumericColumnValue {
    /// The number without its sign.
    public var absolute: SQLExpression<Value> { SQLExpression(.call("ABS", [fragment])) }
    /// -1, 0 or 1.
    public var sign: SQLExpression<Value> {
        // PostgreSQL's is a floating point number, whatever it is of.
        let type = Dialect.postgreSQL.typeName(of: Value.storage)
        let sign = SQLFragment.call("SIGN", [fragment])
        return SQLExpression(.by(sqlite: sign, postgreSQL: "CAST(" + sign + .raw(" AS \(type))")))
    }
    /// The number with the other sign.
    public var negated: SQLExpression<Value> { SQLExpression("(- " + fragment + ")") }

    /// The number as a floating point number.
    public var asDouble: SQLExpression<Double> { cast(to: Double.self) }

    /// The number rounded to so many decimals, a half away from 0; to tens, hundreds and so on where that is negative.
    public func rounded(_ decimals: Int = 0) -> SQLExpression<Double> {
        let decimals = Swift.min(Swift.max(decimals, -300), 30)
        let unit = SQLFragment.raw("1e\(-decimals)")
        // SQLite knows no negative places. PostgreSQL makes a number of 15 digits of a floating point number, and of its text
        // one with all of them.
        let exact = Value.storage == .real ? "CAST(" + fragment + " AS text)" : fragment
        return SQLExpression(
            .by(
                sqlite: decimals < 0
                    ? "(ROUND(" + fragment + " / " + unit + ") * " + unit + ")"
                    : .call("ROUND", [fragment, .raw(String(decimals))]),
                postgreSQL: "CAST(ROUND(CAST(" + exact + .raw(" AS numeric), \(decimals)) AS double precision)")))
    }

    // Outside of where a function is defined, as the root of -1 or the logarithm of 0, SQLite gives NULL and PostgreSQL an
    // error, as they do for a division by 0.

    /// The largest whole number that is not larger.
    public var floor: SQLExpression<Double> { real("FLOOR") }
    /// The smallest whole number that is not smaller.
    public var ceiling: SQLExpression<Double> { real("CEIL") }
    /// The square root; of a negative number it is `NULL` on SQLite and an error on PostgreSQL.
    public var squareRoot: SQLExpression<Double> { real("SQRT") }
    /// The natural logarithm; of 0 and negative numbers it is `NULL` on SQLite and an error on PostgreSQL.
    public var ln: SQLExpression<Double> { real("LN") }
    /// e to this power.
    public var exp: SQLExpression<Double> { real("EXP") }

    /// The number to a power; one that is none, or too large, is `NULL` or infinite on SQLite and an error on PostgreSQL.
    public func power(_ exponent: Double) -> SQLExpression<Double> {
        SQLExpression(.call("POWER", [asDouble.fragment, .value(.real(exponent))]))
    }

    /// The logarithm to a base; of 0 and negative numbers as ``ln``.
    public func log(base: Double) -> SQLExpression<Double> {
        SQLExpression("(LN(" + asDouble.fragment + ") / LN(" + SQLFragment.typed(base) + "))")
    }

    /// The sine of an angle in radians.
    public var sin: SQLExpression<Double> { real("SIN") }
    /// The cosine of an angle in radians.
    public var cos: SQLExpression<Double> { real("COS") }
    /// The tangent of an angle in radians.
    public var tan: SQLExpression<Double> { real("TAN") }
    /// The cotangent of an angle in radians.
    public var cot: SQLExpression<Double> { SQLExpression("(1 / TAN(" + asDouble.fragment + "))") }
    /// The angle in radians with this sine; from -1 to 1.
    public var asin: SQLExpression<Double> { real("ASIN") }
    /// The angle in radians with this cosine; from -1 to 1.
    public var acos: SQLExpression<Double> { real("ACOS") }
    /// The angle in radians with this tangent.
    public var atan: SQLExpression<Double> { real("ATAN") }
    /// The angle in radians of the point whose height this is, so far to the right.
    public func atan2(_ x: some SelectExpression<Value>) -> SQLExpression<Double> {
        SQLExpression(.call("ATAN2", [asDouble.fragment, x.asDouble.fragment]))
    }
    /// An angle in radians as degrees.
    public var degrees: SQLExpression<Double> { real("DEGREES") }
    /// An angle in degrees as radians.
    public var radians: SQLExpression<Double> { real("RADIANS") }

    private func real(_ function: String) -> SQLExpression<Double> {
        SQLExpression(.call(function, [asDouble.fragment]))
    }
}
