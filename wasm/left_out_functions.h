// The functions of SQL that no statement of the core or of its tests calls; LIKE and GLOB are
// functions, too. Included before SQLite itself, by small_sqlite.c, which puts functions in their
// place that fail.
//
// SQLite's own have another name by that: a macro with arguments is one only where a parenthesis
// follows, which is so where they are defined, and not in SQLite's table of functions.
#pragma once

struct sqlite3_context;
struct sqlite3_value;

// clang-format off
#define LEFT_OUT_FUNCTIONS(each)                                                         \
  each(absFunc) each(bytelengthFunc) each(charFunc) each(concatFunc) each(concatwsFunc)  \
  each(errlogFunc) each(groupConcatStep) each(hexFunc) each(instrFunc)                   \
  each(last_insert_rowid) each(lengthFunc) each(likeFunc) each(lowerFunc)                \
  each(nullifFunc) each(printfFunc) each(randomBlob) each(randomFunc) each(replaceFunc)  \
  each(roundFunc) each(sourceidFunc) each(subtypeFunc) each(sumStep) each(trimFunc)      \
  each(typeofFunc) each(unhexFunc) each(unicodeFunc) each(unistrFunc) each(upperFunc)    \
  each(zeroblobFunc)
#define LEFT_OUT_AGGREGATES(each)                                                        \
  each(avgFinalize) each(groupConcatFinalize) each(sumFinalize) each(totalFinalize)
// clang-format on

#define absFunc(context, count, values) unused_absFunc(context, count, values)
#define bytelengthFunc(context, count, values) unused_bytelengthFunc(context, count, values)
#define charFunc(context, count, values) unused_charFunc(context, count, values)
#define concatFunc(context, count, values) unused_concatFunc(context, count, values)
#define concatwsFunc(context, count, values) unused_concatwsFunc(context, count, values)
#define errlogFunc(context, count, values) unused_errlogFunc(context, count, values)
#define groupConcatStep(context, count, values) unused_groupConcatStep(context, count, values)
#define hexFunc(context, count, values) unused_hexFunc(context, count, values)
#define instrFunc(context, count, values) unused_instrFunc(context, count, values)
#define last_insert_rowid(context, count, values) unused_last_insert_rowid(context, count, values)
#define lengthFunc(context, count, values) unused_lengthFunc(context, count, values)
#define likeFunc(context, count, values) unused_likeFunc(context, count, values)
#define lowerFunc(context, count, values) unused_lowerFunc(context, count, values)
#define nullifFunc(context, count, values) unused_nullifFunc(context, count, values)
#define printfFunc(context, count, values) unused_printfFunc(context, count, values)
#define randomBlob(context, count, values) unused_randomBlob(context, count, values)
#define randomFunc(context, count, values) unused_randomFunc(context, count, values)
#define replaceFunc(context, count, values) unused_replaceFunc(context, count, values)
#define roundFunc(context, count, values) unused_roundFunc(context, count, values)
#define sourceidFunc(context, count, values) unused_sourceidFunc(context, count, values)
#define subtypeFunc(context, count, values) unused_subtypeFunc(context, count, values)
#define sumStep(context, count, values) unused_sumStep(context, count, values)
#define trimFunc(context, count, values) unused_trimFunc(context, count, values)
#define typeofFunc(context, count, values) unused_typeofFunc(context, count, values)
#define unhexFunc(context, count, values) unused_unhexFunc(context, count, values)
#define unicodeFunc(context, count, values) unused_unicodeFunc(context, count, values)
#define unistrFunc(context, count, values) unused_unistrFunc(context, count, values)
#define upperFunc(context, count, values) unused_upperFunc(context, count, values)
#define zeroblobFunc(context, count, values) unused_zeroblobFunc(context, count, values)
#define avgFinalize(context) unused_avgFinalize(context)
#define groupConcatFinalize(context) unused_groupConcatFinalize(context)
#define sumFinalize(context) unused_sumFinalize(context)
#define totalFinalize(context) unused_totalFinalize(context)

#define DECLARE_FUNCTION(name) \
  static void(name)(struct sqlite3_context*, int, struct sqlite3_value**);
#define DECLARE_AGGREGATE(name) static void(name)(struct sqlite3_context*);
LEFT_OUT_FUNCTIONS(DECLARE_FUNCTION)
LEFT_OUT_AGGREGATES(DECLARE_AGGREGATE)
#undef DECLARE_FUNCTION
#undef DECLARE_AGGREGATE
