// SQLite for the widget, without what the core uses nowhere. SQLite's own OMIT options leave out
// the code, but the amalgamation's parser was made with everything in and still calls it: here is
// what it calls. A statement that wants what is left out fails with an error that says so, or, for
// the FILTER and `OVER name` of an aggregate, that there is no memory.
//
// Which options, and what each saves: cmake/sqlite.cmake, docs/widget-size.md.

// The parser writes what a WINDOW clause says into a member that is left out as well. What it
// writes is null, as this member is then.
#define pWinDefn pPrior

// The parser takes memory for FILTER and `OVER name`, which nothing would then look at: the
// statement would answer as if they were not there. More than SQLite ever allocates (2 GiB), no
// statement gets it.
#define regEndRowid regEndRowid, never_allocated[(1u << 31) / sizeof(int)]

// The core takes no clock: CURRENT_TIME is NULL, and strftime stays out of the glue.
#include <time.h>
#define gmtime(time) ((struct tm*)0)
#define strftime(text, size, format, time) ((void)(time))

// These are declared with what is left out only.
struct Parse;
struct Window;
struct Expr;
struct ExprList;
struct Token;
struct sqlite3;
struct IdList;
struct Select;
struct SrcList;
struct TriggerStep;
struct Upsert;
static struct Window* sqlite3WindowAlloc(struct Parse*, int, int, struct Expr*, int, struct Expr*,
                                         unsigned char);
static struct Window* sqlite3WindowAssemble(struct Parse*, struct Window*, struct ExprList*,
                                            struct ExprList*, struct Token*);
static void sqlite3WindowChain(struct Parse*, struct Window*, struct Window*);
static void sqlite3WindowListDelete(struct sqlite3*, struct Window*);

static void sqlite3BeginTrigger(struct Parse*, struct Token*, struct Token*, int, int,
                                struct IdList*, struct SrcList*, struct Expr*, int, int);
static void sqlite3FinishTrigger(struct Parse*, struct TriggerStep*, struct Token*);
static void sqlite3DropTrigger(struct Parse*, struct SrcList*, int);
static void sqlite3DeleteTriggerStep(struct sqlite3*, struct TriggerStep*);
static struct TriggerStep* sqlite3TriggerSelectStep(struct sqlite3*, struct Select*, const char*,
                                                    const char*);
static struct TriggerStep* sqlite3TriggerInsertStep(struct Parse*, struct SrcList*, struct IdList*,
                                                    struct Select*, unsigned char, struct Upsert*,
                                                    const char*, const char*);
static struct TriggerStep* sqlite3TriggerUpdateStep(struct Parse*, struct SrcList*, struct SrcList*,
                                                    struct ExprList*, struct Expr*, unsigned char,
                                                    const char*, const char*);
static struct TriggerStep* sqlite3TriggerDeleteStep(struct Parse*, struct SrcList*, struct Expr*,
                                                    const char*, const char*);

#include "wasm/left_out_functions.h"

#include "sqlite3.c"

static const char kNotHere[] = "SQLite is without this in the widget";

static void not_here(Parse* parse) {
  sqlite3ErrorMsg(parse, kNotHere);
}

#define DEFINE_FUNCTION(name)                                                       \
  static void(name)(sqlite3_context * context, int count, sqlite3_value** values) { \
    (void)count, (void)values;                                                      \
    sqlite3_result_error(context, kNotHere, -1);                                    \
  }
#define DEFINE_AGGREGATE(name)                   \
  static void(name)(sqlite3_context * context) { \
    sqlite3_result_error(context, kNotHere, -1); \
  }
LEFT_OUT_FUNCTIONS(DEFINE_FUNCTION)
LEFT_OUT_AGGREGATES(DEFINE_AGGREGATE)

// What an older version has left in a store is passed over, until a migration removes it.
static void not_here_any_more(Parse* parse) {
  if (!parse->db->init.busy) not_here(parse);
}

SQLITE_PRIVATE void sqlite3AlterRenameTable(Parse* parse, SrcList* table, Token* name) {
  (void)name;
  sqlite3SrcListDelete(parse->db, table);
  not_here(parse);
}

SQLITE_PRIVATE void sqlite3AlterRenameColumn(Parse* parse, SrcList* table, Token* from, Token* to) {
  (void)from;
  sqlite3AlterRenameTable(parse, table, to);
}

SQLITE_PRIVATE void sqlite3AlterBeginAddColumn(Parse* parse, SrcList* table) {
  sqlite3AlterRenameTable(parse, table, 0);
}

SQLITE_PRIVATE void sqlite3AlterFinishAddColumn(Parse* parse, Token* definition) {
  (void)parse, (void)definition;
}

SQLITE_PRIVATE void sqlite3AlterDropColumn(Parse* parse, SrcList* table, const Token* column) {
  (void)column;
  sqlite3AlterRenameTable(parse, table, 0);
}

SQLITE_PRIVATE void sqlite3AlterDropConstraint(Parse* parse, SrcList* table, Token* name,
                                               Token* column) {
  (void)column;
  sqlite3AlterRenameTable(parse, table, name);
}

SQLITE_PRIVATE void sqlite3AlterSetNotNull(Parse* parse, SrcList* table, Token* column,
                                           Token* constraint) {
  (void)constraint;
  sqlite3AlterRenameTable(parse, table, column);
}

SQLITE_PRIVATE void sqlite3AlterAddConstraint(Parse* parse, SrcList* table, Token* first,
                                              Token* name, const char* expression, int size,
                                              Expr* check) {
  (void)first, (void)expression, (void)size;
  sqlite3ExprDelete(parse->db, check);
  sqlite3AlterRenameTable(parse, table, name);
}

SQLITE_PRIVATE void sqlite3Analyze(Parse* parse, Token* a, Token* b) {
  (void)a, (void)b;
  not_here(parse);
}

SQLITE_PRIVATE void sqlite3Attach(Parse* parse, Expr* file, Expr* name, Expr* key) {
  sqlite3ExprDelete(parse->db, file);
  sqlite3ExprDelete(parse->db, name);
  sqlite3ExprDelete(parse->db, key);
  not_here(parse);
}

SQLITE_PRIVATE void sqlite3Detach(Parse* parse, Expr* name) {
  sqlite3ExprDelete(parse->db, name);
  not_here(parse);
}

// Not about attaching alone: it tells `main` and `temp` apart.
SQLITE_PRIVATE int sqlite3DbIsNamed(sqlite3* db, int index, const char* name) {
  return sqlite3StrICmp(db->aDb[index].zDbSName, name) == 0 ||
         (index == 0 && sqlite3StrICmp("main", name) == 0);
}

SQLITE_PRIVATE void sqlite3CreateView(Parse* parse, Token* begin, Token* name1, Token* name2,
                                      ExprList* columns, Select* select, int is_temp,
                                      int no_error) {
  (void)begin, (void)name1, (void)name2, (void)is_temp, (void)no_error;
  sqlite3ExprListDelete(parse->db, columns);
  sqlite3SelectDelete(parse->db, select);
  not_here(parse);
}

SQLITE_PRIVATE void sqlite3Reindex(Parse* parse, Token* name1, Token* name2) {
  (void)name1, (void)name2;
  not_here(parse);
}

SQLITE_PRIVATE void sqlite3BeginTrigger(Parse* parse, Token* name1, Token* name2, int time, int event,
                                        IdList* columns, SrcList* table, Expr* when, int is_temp,
                                        int no_error) {
  (void)name1, (void)name2, (void)time, (void)event, (void)is_temp, (void)no_error;
  sqlite3IdListDelete(parse->db, columns);
  sqlite3SrcListDelete(parse->db, table);
  sqlite3ExprDelete(parse->db, when);
  not_here_any_more(parse);
}

SQLITE_PRIVATE void sqlite3FinishTrigger(Parse* parse, TriggerStep* steps, Token* all) {
  (void)parse, (void)steps, (void)all;
}

SQLITE_PRIVATE void sqlite3DropTrigger(Parse* parse, SrcList* name, int no_error) {
  (void)no_error;
  sqlite3SrcListDelete(parse->db, name);
  not_here(parse);
}

SQLITE_PRIVATE TriggerStep* sqlite3TriggerSelectStep(sqlite3* db, Select* select, const char* begin,
                                                     const char* end) {
  (void)begin, (void)end;
  sqlite3SelectDelete(db, select);
  return 0;
}

SQLITE_PRIVATE TriggerStep* sqlite3TriggerInsertStep(Parse* parse, SrcList* table, IdList* columns,
                                                     Select* select, u8 conflict, Upsert* upsert,
                                                     const char* begin, const char* end) {
  (void)conflict;
  sqlite3SrcListDelete(parse->db, table);
  sqlite3IdListDelete(parse->db, columns);
  sqlite3UpsertDelete(parse->db, upsert);
  return sqlite3TriggerSelectStep(parse->db, select, begin, end);
}

SQLITE_PRIVATE TriggerStep* sqlite3TriggerDeleteStep(Parse* parse, SrcList* table, Expr* where,
                                                     const char* begin, const char* end) {
  sqlite3SrcListDelete(parse->db, table);
  sqlite3ExprDelete(parse->db, where);
  return sqlite3TriggerSelectStep(parse->db, 0, begin, end);
}

SQLITE_PRIVATE TriggerStep* sqlite3TriggerUpdateStep(Parse* parse, SrcList* table, SrcList* from,
                                                     ExprList* values, Expr* where, u8 conflict,
                                                     const char* begin, const char* end) {
  (void)conflict;
  sqlite3SrcListDelete(parse->db, from);
  sqlite3ExprListDelete(parse->db, values);
  return sqlite3TriggerDeleteStep(parse, table, where, begin, end);
}

SQLITE_PRIVATE void sqlite3DeleteTriggerStep(sqlite3* db, TriggerStep* step) {
  (void)db, (void)step;
}

SQLITE_PRIVATE void sqlite3Vacuum(Parse* parse, Token* name, Expr* into) {
  (void)name;
  sqlite3ExprDelete(parse->db, into);
  not_here(parse);
}

// A page cache is emptied after VACUUM, and after a backup, which has no user in a browser.
SQLITE_PRIVATE void sqlite3PagerClearCache(Pager* pager) {
  (void)pager;
}

#ifdef SQLITE_OMIT_VIRTUALTABLE
SQLITE_PRIVATE void sqlite3VtabBeginParse(Parse* parse, Token* name1, Token* name2, Token* module,
                                          int if_not_exists) {
  (void)name1, (void)name2, (void)module, (void)if_not_exists;
  not_here_any_more(parse);
}

SQLITE_PRIVATE void sqlite3VtabFinishParse(Parse* parse, Token* end) {
  (void)parse, (void)end;
}

SQLITE_PRIVATE void sqlite3VtabArgInit(Parse* parse) {
  (void)parse;
}

SQLITE_PRIVATE void sqlite3VtabArgExtend(Parse* parse, Token* token) {
  (void)parse, (void)token;
}

#endif
SQLITE_PRIVATE Window* sqlite3WindowAlloc(Parse* parse, int type, int start, Expr* start_expr,
                                          int end, Expr* end_expr, u8 exclude) {
  (void)type, (void)start, (void)end, (void)exclude;
  sqlite3ExprDelete(parse->db, start_expr);
  sqlite3ExprDelete(parse->db, end_expr);
  not_here(parse);
  return 0;
}

SQLITE_PRIVATE Window* sqlite3WindowAssemble(Parse* parse, Window* window, ExprList* partition,
                                             ExprList* order, Token* base) {
  (void)window, (void)base;
  sqlite3ExprListDelete(parse->db, partition);
  sqlite3ExprListDelete(parse->db, order);
  not_here(parse);
  return 0;
}

SQLITE_PRIVATE void sqlite3WindowChain(Parse* parse, Window* window, Window* base) {
  (void)window, (void)base;
  not_here(parse);
}

SQLITE_PRIVATE void sqlite3WindowListDelete(sqlite3* db, Window* list) {
  (void)db, (void)list;
}
