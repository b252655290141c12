#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/store/attachment_store.h"

namespace deskbell::cli {

struct EvalOptions {
  std::vector<std::string>
      train;              ///< files of the book's own questions; of several the mean is told
  std::string strangers;  ///< questions without an answer to learn from, or empty
  std::string test;
  std::string out_of_scope;  ///< questions without an answer to measure with, or empty
  double wrong_in_100 = 5;
  int typed_percent = 100;  ///< below 100: so much of each question's letters is typed
  bool titles = true;       ///< labels count as titles of their entries
  bool own_thresholds = true;
  bool word_vectors = true;  ///< learn with the built-in ones
  bool json = false;
};

struct TryOptions {
  std::string train;  ///< a file of the book's own questions; empty: the book is a site's
  std::string data;
  std::string site;
  std::string question;  ///< empty: questions are read from the input, a line each
  bool titles = true;
  double wrong_in_100 = 0;     ///< 0: as the site's robot has it, or 5
  bool own_thresholds = true;  ///< those of the book, as on customers' devices; or the usual ones
};

/// Where a site's book is, and the file that it goes to or comes from.
struct BookOptions {
  std::string data;  ///< A hub's data folder; empty: the book is a running hub's.
  std::string hub;   ///< The address of a running hub, and an agent's login there.
  std::string login;
  bool password_stdin = false;
  std::string site;
  std::string file;  ///< .csv, .json, or a folder of Markdown
  bool dry_run = false;
  std::int64_t max_attachment_bytes = AttachmentLimits{}.max_bytes;  ///< of one of its files
};

/// Reads a file into a site's book, whole or not at all. Returns the process's exit code.
int run_answers_import(const BookOptions& options);
/// Writes a site's book into a file. Returns the process's exit code.
int run_answers_export(const BookOptions& options);
/// Prints how often the book's entries were sent. Returns the process's exit code.
int run_answers_usage(const BookOptions& options);

struct MissesOptions {
  std::string data;
  std::string site;
  bool json = false;
};

/// Prints what the robot of a site did not know, grouped. Returns the process's exit code.
int run_answers_misses(const MissesOptions& options);

/// Measures how well questions find their entries, and prints the figures. Returns the process's
/// exit code.
int run_answers_eval(const EvalOptions& options);

/// Answers questions from the terminal and says why. Returns the process's exit code.
int run_answers_try(const TryOptions& options);

}  // namespace deskbell::cli
