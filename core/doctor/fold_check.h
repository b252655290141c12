#pragma once

namespace deskbell {

class Database;
class Findings;

/// Compares every table that folds write with the same tables of a database that was folded anew.
/// Tells row by row, in words, what is missing, too much or different.
void compare_folds(Database& database, Database& expected, Findings& findings);

/// Takes the overlay off a copy of the store, in memory, and compares what is left with `expected`:
/// the history folded without any unsent event.
void compare_without_overlay(Database& database, Database& expected, Findings& findings);

}  // namespace deskbell
