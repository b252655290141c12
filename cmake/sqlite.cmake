# One pinned SQLite for native and WebAssembly alike. Older ones (3.51.2 and before, Debian's too)
# can corrupt a WAL database that two connections checkpoint.

if(DESKBELL_SYSTEM_SQLITE)
  find_package(SQLite3 3.51.3 REQUIRED)
  add_library(deskbell_sqlite INTERFACE)
  target_link_libraries(deskbell_sqlite INTERFACE SQLite::SQLite3)
  target_compile_definitions(deskbell_sqlite INTERFACE SQLITE_ENABLE_PREUPDATE_HOOK)
  include(CheckLibraryExists)
  check_library_exists(${SQLite3_LIBRARIES} sqlite3_preupdate_hook "" DESKBELL_SQLITE_HAS_HOOK)
  if(NOT DESKBELL_SQLITE_HAS_HOOK)
    message(FATAL_ERROR "The system's SQLite is without SQLITE_ENABLE_PREUPDATE_HOOK; "
                        "leave DESKBELL_SYSTEM_SQLITE off.")
  endif()
  return()
endif()

# The npm package better-sqlite3 (pinned in package.json, installed with its scripts off) carries
# the plain amalgamation; nothing else of it is used.
set(DESKBELL_SQLITE_SOURCE ${CMAKE_SOURCE_DIR}/node_modules/better-sqlite3/deps/sqlite3
    CACHE PATH "Folder that holds sqlite3.c and sqlite3.h")
if(NOT EXISTS ${DESKBELL_SQLITE_SOURCE}/sqlite3.c)
  message(FATAL_ERROR "No SQLite amalgamation in ${DESKBELL_SQLITE_SOURCE}: run 'npm ci', "
                      "or set DESKBELL_SQLITE_SOURCE or DESKBELL_SYSTEM_SQLITE.")
endif()

set(DESKBELL_SQLITE_DEFINITIONS
  SQLITE_DQS=0
  SQLITE_DEFAULT_MEMSTATUS=0
  SQLITE_DEFAULT_FOREIGN_KEYS=0
  SQLITE_ENABLE_PREUPDATE_HOOK
  SQLITE_LIKE_DOESNT_MATCH_BLOBS
  SQLITE_MAX_EXPR_DEPTH=0
  SQLITE_OMIT_AUTOINIT
  SQLITE_OMIT_DEPRECATED
  SQLITE_OMIT_LOAD_EXTENSION
  SQLITE_OMIT_PROGRESS_CALLBACK
  SQLITE_OMIT_SHARED_CACHE
  SQLITE_USE_ALLOCA)
if(EMSCRIPTEN)
  add_library(deskbell_sqlite STATIC ${CMAKE_SOURCE_DIR}/wasm/small_sqlite.c)
else()
  add_library(deskbell_sqlite STATIC ${DESKBELL_SQLITE_SOURCE}/sqlite3.c)
endif()
target_include_directories(deskbell_sqlite SYSTEM PUBLIC
  $<BUILD_INTERFACE:${DESKBELL_SQLITE_SOURCE}>)
target_compile_definitions(deskbell_sqlite PRIVATE ${DESKBELL_SQLITE_DEFINITIONS}
                           INTERFACE SQLITE_ENABLE_PREUPDATE_HOOK)
if(EMSCRIPTEN)
  # What the core uses nowhere; docs/widget-size.md says what it saves, wasm/small_sqlite.c how it
  # is done where the grammar knows of it. None changes an answer of what is used.
  target_compile_definitions(deskbell_sqlite PRIVATE
    SQLITE_OS_OTHER=1
    SQLITE_THREADSAFE=0
    SQLITE_TEMP_STORE=3
    SQLITE_UNTESTABLE
    SQLITE_OMIT_ALTERTABLE
    SQLITE_OMIT_ANALYZE
    SQLITE_OMIT_ATTACH
    SQLITE_OMIT_AUTHORIZATION
    SQLITE_OMIT_AUTOINCREMENT
    SQLITE_OMIT_AUTOMATIC_INDEX
    SQLITE_OMIT_AUTOVACUUM
    SQLITE_OMIT_COMPILEOPTION_DIAGS
    SQLITE_OMIT_COMPLETE
    SQLITE_OMIT_DATETIME_FUNCS
    SQLITE_OMIT_DECLTYPE
    SQLITE_OMIT_DESERIALIZE
    SQLITE_OMIT_EXPLAIN
    SQLITE_OMIT_FOREIGN_KEY
    SQLITE_OMIT_GENERATED_COLUMNS
    SQLITE_OMIT_GET_TABLE
    SQLITE_OMIT_HEX_INTEGER
    SQLITE_OMIT_INCRBLOB
    SQLITE_OMIT_INTEGRITY_CHECK
    SQLITE_OMIT_JSON
    SQLITE_OMIT_LIKE_OPTIMIZATION
    SQLITE_OMIT_LOCALTIME
    SQLITE_OMIT_OR_OPTIMIZATION
    SQLITE_OMIT_REINDEX
    SQLITE_OMIT_SCHEMA_PRAGMAS
    SQLITE_OMIT_TCL_VARIABLE
    SQLITE_OMIT_TRACE
    SQLITE_OMIT_TRIGGER
    SQLITE_OMIT_UTF16
    SQLITE_OMIT_VACUUM
    SQLITE_OMIT_VIEW
    SQLITE_OMIT_VIRTUALTABLE
    SQLITE_OMIT_WAL
    SQLITE_OMIT_WINDOWFUNC
    SQLITE_OMIT_XFER_OPT)
else()
  target_compile_definitions(deskbell_sqlite PRIVATE SQLITE_THREADSAFE=2)
  target_compile_options(deskbell_sqlite PRIVATE -w)
  find_package(Threads REQUIRED)
  target_link_libraries(deskbell_sqlite PUBLIC Threads::Threads m)
endif()
if(EMSCRIPTEN)
  target_compile_options(deskbell_sqlite PRIVATE -w)
  # As it is natively: the simulation compares what both do, a hub's write-ahead log included.
  # Linked before the other, it takes its place.
  add_library(deskbell_sqlite_whole STATIC EXCLUDE_FROM_ALL ${DESKBELL_SQLITE_SOURCE}/sqlite3.c)
  target_compile_definitions(deskbell_sqlite_whole PRIVATE ${DESKBELL_SQLITE_DEFINITIONS}
                             SQLITE_OS_OTHER=1 SQLITE_THREADSAFE=0)
  target_compile_options(deskbell_sqlite_whole PRIVATE -w)
endif()
if(DESKBELL_SANITIZE)
  # Its own project does that to it; here it is to be quick. What it is handed is checked where it
  # copies: memcpy and the like are the sanitizer's in the whole program.
  target_compile_options(deskbell_sqlite PRIVATE -O2 -fno-sanitize=all)
endif()
