#pragma once

namespace deskbell {

class Database;

/// Unsent events are folded on top of the history by the same folds, so something must take their
/// effect off again before the next page of history goes in beneath them. While the overlay
/// records, triggers note for each row that a fold changes the statement that puts it back;
/// `undo` plays these backwards. The notes are part of the store, so a restart finds the overlay
/// as it was.
///
/// This is SQLite's own undo technique (sqlite.org/undoredo.html), with one level only.
class Overlay {
 public:
  /// Sets up the (temporary) triggers of this connection. Throws StoreError.
  explicit Overlay(Database& database);
  ~Overlay();
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  /// Folds between `record` and `pause` are noted.
  void record() { recording_ = true; }
  void pause() { recording_ = false; }

  /// Takes off all that was noted, newest first. Must run inside the caller's transaction.
  void undo();

 private:
  Database& database_;
  bool recording_ = false;
};

/// Records for as long as it lives.
class OverlayRecording {
 public:
  explicit OverlayRecording(Overlay& overlay) : overlay_(overlay) { overlay_.record(); }
  ~OverlayRecording() { overlay_.pause(); }
  OverlayRecording(const OverlayRecording&) = delete;
  OverlayRecording& operator=(const OverlayRecording&) = delete;

 private:
  Overlay& overlay_;
};

}  // namespace deskbell
