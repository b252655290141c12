// The program `deskbell`: the hub, its accounts and the agent's client. Here stands what the
// command line looks like; what it does stands elsewhere.

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/account_command.h"
#include "cli/agent/agent_command.h"
#include "cli/answers_command.h"
#include "cli/backup_command.h"
#include "cli/doctor_command.h"
#include "server/serve.h"

namespace {

constexpr int kExitUsage = 2;

void add_mail(CLI::App* serve, deskbell::MailOptions& mail) {
  serve->add_option("--smtp", mail.smtp,
                    "Mail server that sends conversations to customers who ask for them by e-mail: "
                    "smtp://HOST:PORT (with STARTTLS) or smtps://HOST:PORT");
  serve->add_option("--smtp-user", mail.user, "The name to sign in to it with");
  serve->add_option("--smtp-password-file", mail.password_file,
                    "File whose first line is the password");
  serve->add_flag("--smtp-insecure", mail.insecure,
                  "Do without TLS if the mail server has none, and trust any certificate (one on "
                  "this machine is spoken to without TLS anyway)");
  serve->add_option("--mail-from", mail.from, "The address that mails are from");
  serve
      ->add_option("--mail-per-hour", mail.per_hour,
                   "Mails that may leave in an hour, of all sites together; the others wait")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

/// In MB, as disks are sold; up to a terabyte.
void add_megabytes(CLI::App* command, const char* name, std::int64_t& bytes, const char* what) {
  command
      ->add_option_function<std::int64_t>(
          name, [&bytes](const std::int64_t& count) { bytes = count * 1024 * 1024; }, what)
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1024 * 1024}))
      ->default_str(std::to_string(bytes / 1024 / 1024));
}

void add_serve(CLI::App& app, deskbell::ServeOptions& options) {
  CLI::App* serve = app.add_subcommand("serve", "Run a hub");
  serve->add_option("--data", options.data, "Folder that keeps everything; made if missing")
      ->required();
  serve->add_option("--host", options.listen_host, "Address of this machine to listen on")
      ->capture_default_str();
  serve->add_option("--port", options.port, "Port to listen on; 0: one that is free")
      ->capture_default_str();
  serve->add_option("--web", options.web, "Folder of the built widget (web/dist)");
  serve->add_option("--site", options.site_files,
                    "A site's settings and answers (a JSON file); may be given several times");
  serve
      ->add_option("--max-new-customers", options.max_new_customers,
                   "New customers that one address may bring in ten minutes; 0: any number")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  serve->add_flag("!--no-word-vectors", options.word_vectors,
                  "Learn sites' answers from their own words alone: what finds them on customers'\n"
                  "devices is 200 KB smaller, and finds less where answers have few examples");
  add_megabytes(serve, "--max-attachment-mb", options.attachments.max_bytes,
                "Megabytes that one file of a message or an answer may have");
  add_megabytes(serve, "--customer-attachments-mb", options.attachments.customer_bytes,
                "Megabytes that all files of one customer may have");
  serve
      ->add_option("--attachment-types", options.attachments.types,
                   "Media types of files that customers may send (image/png, image/*); all if not "
                   "given")
      ->delimiter(',');
  serve
      ->add_option("--blocked-attachments", options.attachments.blocked_endings,
                   "What the names of customers' files may not end in (exe,bat,scr)")
      ->delimiter(',');
  add_mail(serve, options.mail);
  serve->footer(
      "Example:\n  deskbell serve --data /var/lib/deskbell --web web/dist "
      "--site shop.json");
}

void add_account(CLI::App& app, deskbell::cli::AccountOptions& options) {
  CLI::App* account = app.add_subcommand("account", "Agents' logins of a hub");
  account->require_subcommand(1);
  const auto add_place = [&](CLI::App* command) {
    command
        ->add_option("--data", options.data, "The hub's data folder; no hub may be running on it")
        ->required();
    command->add_option("--site", options.site, "The site's name")->required();
  };
  CLI::App* add =
      account->add_subcommand("add", "Make an agent's login, or give it a new password");
  add_place(add);
  add->add_option("--login", options.login, "The name to sign in with")->required();
  add->add_option("--name", options.name, "The name that customers see");
  add->add_flag("--password-stdin", options.password_stdin,
                "Read the password from the input's first line; otherwise one is made and printed");
  add->footer(
      "Example:\n  deskbell account add --data /var/lib/deskbell --site shop --login ada "
      "--name \"Ada Example\"");
  CLI::App* remove =
      account->add_subcommand("remove", "Take an agent's login away; what the agent wrote stays");
  add_place(remove);
  remove->add_option("login", options.login, "The name to sign in with")->required();
  remove->footer("Example:\n  deskbell account remove ada --data /var/lib/deskbell --site shop");
  CLI::App* list = account->add_subcommand("list", "List a site's logins");
  add_place(list);
}

int run_account(const CLI::App& app, const deskbell::cli::AccountOptions& options) {
  const CLI::App* account = app.get_subcommand("account");
  if (account->got_subcommand("remove")) return deskbell::cli::run_account_remove(options);
  if (account->got_subcommand("list")) return deskbell::cli::run_account_list(options);
  return deskbell::cli::run_account_add(options);
}

void add_identity(CLI::App& app, deskbell::cli::IdentityOptions& options) {
  CLI::App* identity = app.add_subcommand(
      "identity",
      "Print the secret that a site's own server signs its visitors' identity with; made if there "
      "is none");
  identity->add_option("--data", options.data, "The hub's data folder; no hub may be running on it")
      ->required();
  identity->add_option("--site", options.site, "The site's name")->required();
  identity->add_flag("--renew", options.renew,
                     "Make another; what was signed with the old one is refused from then on");
  identity->footer("Example:\n  deskbell identity --data /var/lib/deskbell --site shop");
}

void add_backup(CLI::App& app, deskbell::cli::BackupOptions& options) {
  CLI::App* backup =
      app.add_subcommand("backup", "Copy a site's database into a file; the hub may be running");
  backup->add_option("file", options.file, "The file that the backup is to be")->required();
  backup->add_option("--data", options.data, "The hub's data folder")->required();
  backup->add_option("--site", options.site, "The site's name, where there are several");
  backup->add_flag("--force", options.force, "Replace the file if it is there");
  backup->add_flag("--keep-unsound", options.keep_unsound,
                   "Keep the copy although `deskbell doctor` would find something wrong with it");
  backup->footer("Example:\n  deskbell backup /backup/shop.db --data /var/lib/deskbell");
}

void add_restore(CLI::App& app, deskbell::cli::RestoreOptions& options) {
  CLI::App* restore = app.add_subcommand(
      "restore", "Put a backup in the place of a site's database; what was there is kept");
  restore->add_option("file", options.file, "The backup")->required();
  restore
      ->add_option("--data", options.data,
                   "The hub's data folder; no hub may be running on it; made if missing")
      ->required();
  restore->add_option("--site", options.site, "The site's name, if the file does not say it");
  restore->footer("Example:\n  deskbell restore /backup/shop.db --data /var/lib/deskbell");
}

void add_doctor(CLI::App& app, deskbell::cli::DoctorOptions& options) {
  CLI::App* doctor = app.add_subcommand(
      "doctor", "Check stores and say what is wrong with them; exit code 1 if anything is");
  doctor->add_option("file", options.file, "One store: a hub's, a device's, or a backup");
  doctor->add_option("--data", options.data, "All sites of a hub's data folder; it may be running");
  doctor->add_option("--site", options.site, "Of these, one site alone");
  doctor->add_flag("--json", options.json, "Print JSON, for programs");
  doctor->footer(
      "Examples:\n  deskbell doctor --data /var/lib/deskbell\n"
      "  deskbell doctor ~/.local/share/deskbell/agent.db");
}

void add_agent(CLI::App& app, deskbell::cli::AgentOptions& options) {
  CLI::App* agent = app.add_subcommand("agent", "An agent's client, at a terminal or from a pipe");
  agent->add_option("--hub", options.hub, "The hub's address, https://desk.example.com")
      ->required();
  agent->add_option("--site", options.site, "The site's name")->required();
  agent->add_option("--login", options.login, "The name to sign in with")->required();
  agent->add_option("--store", options.store,
                    "File that keeps everything on this device (default: one in the user's data "
                    "folder for this hub, site and login)");
  agent->add_flag("--password-stdin", options.password_stdin,
                  "Read the password from the input's first line (otherwise: DESKBELL_PASSWORD, or "
                  "it is asked for); needed only the first time");
  agent
      ->add_option("--timeout", options.timeout_seconds,
                   "Seconds that a `wait` may take at most; then the exit code is 3")
      ->check(CLI::NonNegativeNumber);
  agent->footer(
      "Examples:\n"
      "  deskbell agent --hub http://127.0.0.1:8080 --site demo --login ada\n"
      "  printf 'list\\nopen 1\\nsay Hello!\\nwait placed\\n' |\n"
      "    deskbell agent --hub http://127.0.0.1:8080 --site demo --login ada\n"
      "At a terminal, `help` lists the commands.");
}

void add_book(CLI::App& answers, deskbell::cli::BookOptions& options) {
  const auto add_place = [&](CLI::App* command, const char* data) {
    command->add_option("--data", options.data, data)->required();
    command->add_option("--site", options.site, "The site's name")->required();
  };
  const char* const stopped = "The hub's data folder; no hub may be running on it";
  const char* const running = "The hub's data folder; it may be running";
  CLI::App* import = answers.add_subcommand(
      "import", "Read a file into a site's book: all of it, or nothing if anything is wrong");
  import->add_option("file", options.file, "A .csv or .json file, or a folder of Markdown files")
      ->required();
  CLI::Option* const data = import->add_option("--data", options.data, stopped);
  CLI::Option* const hub =
      import->add_option("--hub", options.hub, "Or the address of a running hub")->excludes(data);
  hub->needs(import->add_option("--login", options.login, "An agent's name to sign in with there")
                 ->needs(hub));
  import
      ->add_flag(
          "--password-stdin", options.password_stdin,
          "Read the password from the input's first line (otherwise: DESKBELL_PASSWORD, or it "
          "is asked for)")
      ->needs(hub);
  import->add_option("--site", options.site, "The site's name")->required();
  import->callback([data, hub] {
    if (!*data && !*hub) throw CLI::RequiredError("--data, or --hub and --login,");
});
add_megabytes(import, "--max-attachment-mb", options.max_attachment_bytes,
              "Megabytes that one of the entries' attachments may have");
import->add_flag("--dry-run", options.dry_run, "Only say what would be done");
import->footer(
    "Examples:\n  deskbell answers import answers.csv --data /var/lib/deskbell --site shop\n"
    "  deskbell answers import answers.csv --hub https://desk.example.com --site shop --login ada");
CLI::App* write = answers.add_subcommand("export", "Write a site's book into a file");
write
    ->add_option("file", options.file,
                 "A .csv or .json file, a folder (new or empty) for Markdown files, or a .tsv "
                 "file of what the entries are found by, for `eval` and `try`")
    ->required();
add_place(write, running);
write->footer(
    "Example:\n  deskbell answers export answers.csv --data /var/lib/deskbell --site shop");
CLI::App* usage = answers.add_subcommand(
    "usage", "How often each entry was sent, and how often it was edited before");
add_place(usage, running);
}  // namespace

void add_misses(CLI::App& answers, deskbell::cli::MissesOptions& options) {
  CLI::App* misses = answers.add_subcommand(
      "misses", "What customers asked and the robot did not know: the answers to write next");
  misses->add_option("--data", options.data, "The folder that the hub keeps its data in")
      ->required();
  misses->add_option("--site", options.site, "The site's name")->required();
  misses->add_flag("--json", options.json, "Print JSON, for programs");
  misses->footer("Example:\n  deskbell answers misses --data hub --site shop");
}

struct AnswersOptions {
  deskbell::cli::BookOptions book;
  deskbell::cli::EvalOptions eval;
  deskbell::cli::TryOptions tried;
  deskbell::cli::MissesOptions misses;
};

int run_answers(const CLI::App& answers, const AnswersOptions& options) {
  if (answers.got_subcommand("import")) return deskbell::cli::run_answers_import(options.book);
  if (answers.got_subcommand("export")) return deskbell::cli::run_answers_export(options.book);
  if (answers.got_subcommand("usage")) return deskbell::cli::run_answers_usage(options.book);
  if (answers.got_subcommand("try")) return deskbell::cli::run_answers_try(options.tried);
  if (answers.got_subcommand("misses")) return deskbell::cli::run_answers_misses(options.misses);
  return deskbell::cli::run_answers_eval(options.eval);
}

void add_answers(CLI::App& app, AnswersOptions& options) {
  CLI::App* answers = app.add_subcommand(
      "answers", "The answer book: its files, and how well its entries are found");
  answers->require_subcommand(1);
  add_book(*answers, options.book);
  add_misses(*answers, options.misses);
  const char* const train = "The book's questions: lines of a question, a tab, its entry's label";
  CLI::App* evaluate = answers->add_subcommand(
      "eval",
      "Learn a book's questions and measure how well customers' questions find its entries");
  evaluate
      ->add_option("--train", options.eval.train,
                   std::string(train) + "; several: the mean is told")
      ->required();
  evaluate->add_option("--test", options.eval.test, "Customers' questions, of the same form")
      ->required();
  evaluate->add_option("--oos", options.eval.out_of_scope,
                       "Questions that the book does not answer");
  evaluate->add_option("--oos-train", options.eval.strangers, "The same, to learn from");
  evaluate
      ->add_option("--wrong", options.eval.wrong_in_100,
                   "Of a hundred answers so many may be wrong; sets the thresholds")
      ->check(CLI::Range(0.1, 50.0))
      ->capture_default_str();
  evaluate
      ->add_option("--typed", options.eval.typed_percent, "Percent of each question that is typed")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  evaluate->add_flag("!--no-titles", options.eval.titles,
                     "Labels say nothing: do not learn them as titles");
  evaluate->add_flag("!--no-thresholds", options.eval.own_thresholds,
                     "Take the usual thresholds; the book's own take four times as long to find");
  evaluate->add_flag(
      "!--no-word-vectors", options.eval.word_vectors,
      "Learn from the book alone, as for a language that Deskbell knows no words of");
  evaluate->add_flag("--json", options.eval.json, "Print JSON, for programs");
  evaluate->footer("Example:\n  deskbell answers eval --train book.tsv --test asked.tsv");
  CLI::App* attempt =
      answers->add_subcommand("try", "Ask a book and see why it answers as it does");
  CLI::Option* const file = attempt->add_option("--train", options.tried.train, train);
  CLI::Option* const data =
      attempt
          ->add_option(
              "--data", options.tried.data,
              "A hub's data folder (it may be running): the book as a site's customers have it")
          ->excludes(file);
  CLI::Option* const site =
      attempt->add_option("--site", options.tried.site, "The site's name")->needs(data);
  data->needs(site);
  attempt->add_option("question", options.tried.question,
                      "The question; otherwise they are read from the input, one a line");
  attempt->add_flag("!--no-titles", options.tried.titles,
                    "Labels say nothing: do not learn them as titles");
  attempt
      ->add_option(
          "--wrong", options.tried.wrong_in_100,
          "Of a hundred answers so many may be wrong; sets the thresholds (otherwise as the "
          "site's robot has it, or 5)")
      ->check(CLI::Range(0.1, 50.0));
  attempt->add_flag("!--no-thresholds", options.tried.own_thresholds,
                    "Take the usual thresholds; the book's own take four times as long to find");
  attempt->callback([file, data] {
    if (!*file && !*data) throw CLI::RequiredError("--train, or --data and --site,");
  });
  attempt->footer(
      "Examples:\n  deskbell answers try --train book.tsv \"Where is my parcel?\"\n"
      "  deskbell answers try --data hub --site shop \"Where is my parcel?\"");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Customer-service chat that keeps working offline", "deskbell"};
  app.set_version_flag("--version", "deskbell " DESKBELL_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  deskbell account add --data hub --site shop --login ada --name \"Ada Example\"\n"
      "  deskbell serve --data hub --web web/dist --site shop.json\n"
      "  deskbell agent --hub http://127.0.0.1:8080 --site shop --login ada\n"
      "  deskbell backup shop-backup.db --data hub\n"
      "More about each: deskbell SUBCOMMAND --help");
  deskbell::ServeOptions serve;
  deskbell::cli::AccountOptions account;
  deskbell::cli::AgentOptions agent;
  deskbell::cli::IdentityOptions identity;
  add_serve(app, serve);
  add_account(app, account);
  add_agent(app, agent);
  add_identity(app, identity);
  deskbell::cli::BackupOptions backup;
  deskbell::cli::RestoreOptions restore;
  deskbell::cli::DoctorOptions doctor;
  add_backup(app, backup);
  add_restore(app, restore);
  add_doctor(app, doctor);
  AnswersOptions answers;
  add_answers(app, answers);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (app.got_subcommand("serve")) return deskbell::serve(serve, std::cout, std::cerr);
  if (app.got_subcommand("account")) return run_account(app, account);
  if (app.got_subcommand("identity")) return deskbell::cli::run_identity(identity);
  if (app.got_subcommand("answers")) return run_answers(*app.get_subcommand("answers"), answers);
  if (app.got_subcommand("backup")) return deskbell::cli::run_backup(backup);
  if (app.got_subcommand("restore")) return deskbell::cli::run_restore(restore);
  if (app.got_subcommand("doctor")) return deskbell::cli::run_doctor(doctor);
  return deskbell::cli::run_agent(agent);
}
