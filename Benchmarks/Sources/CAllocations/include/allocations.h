#pragma once

/// The number of allocations of the whole process so far; 0 where they cannot be counted.
unsigned long allocations_count(void);
