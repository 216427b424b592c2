//! What a program says to the front part, and what it does without one: each in a program of its own.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use digits_live as live;

/// The front part's side: its folder, and where it listens.
struct Front {
    folder: PathBuf,
    listener: TcpListener,
}

impl Front {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("live-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        fs::write(folder.join("front"), format!("{address} the-secret\n")).unwrap();
        Self { folder, listener }
    }

    /// Runs one of the ignored tests below as the notebook's program, while this side plays its part.
    fn with(&self, program: &str, part: impl FnOnce(&TcpListener)) -> String {
        let mut command = command(program);
        command.env("DIGITS_LIVE", &self.folder);
        let running = thread::spawn(move || command.output().unwrap());
        part(&self.listener);
        stdout(&running.join().unwrap())
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn command(program: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--ignored",
        "--exact",
        program,
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env_remove("DIGITS_LIVE");
    command
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A place that the program opens: its lines after the secret, and its port.
fn place(listener: &TcpListener) -> (Lines<BufReader<TcpStream>>, TcpStream, u16) {
    let (stream, from) = listener.accept().unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "the-secret");
    (lines, stream, from.port())
}

#[test]
#[ignore = "a program of another test"]
fn a_screen() {
    let screen = live::screen();
    print!("before");
    screen.show("1 < \"2\"\n");
    println!("after");
    screen.show(Err::<String, _>("a fault"));
}

#[test]
fn a_screen_is_one_place_and_its_mark_stands_between_the_lines() {
    let front = Front::new("screen");
    let mut seen = (0, Vec::new());
    let text = front.with("a_screen", |listener| {
        let (lines, _, port) = place(listener);
        seen = (port, lines.map(Result::unwrap).collect());
    });
    assert!(
        text.contains(&format!("before\u{1}live {}\nafter\n", seen.0)),
        "{text}"
    );
    let fault =
        "{\"html\":\"<p role=\\\"alert\\\" style=\\\"white-space:pre-wrap\\\">a fault</p>\"}";
    assert_eq!(
        seen.1,
        [r#"{"html":"<pre>1 &lt; &quot;2&quot;\n</pre>"}"#, fault]
    );
}

#[test]
fn without_a_front_part_a_screen_prints_what_evcxr_shows() {
    let output = command("a_screen").output().unwrap();
    let text = stdout(&output);
    let block = |html: &str| format!("EVCXR_BEGIN_CONTENT text/html\n{html}\nEVCXR_END_CONTENT\n");
    assert!(
        text.contains(&format!(
            "before{}after\n",
            block("<pre>1 &lt; &quot;2&quot;\n</pre>")
        )),
        "{text}"
    );
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("a fault\n")
    );
}

#[test]
#[ignore = "a program of another test"]
fn a_slider() {
    struct Dropped(mpsc::Sender<()>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }
    let (sender, receiver) = mpsc::channel();
    let dropped = Dropped(sender);
    live::interact(
        [
            live::slider("h", 1e-12..=1e-1).log().at(1e-5),
            live::choice("f", ["a", "b"]),
            live::checkbox("on"),
        ],
        move |[h, f, on]| -> Result<String, String> {
            let _held = &dropped;
            match f as usize {
                0 => Ok(format!("{h:e} {on}")),
                1 => Err(format!("no {h}")),
                _ => panic!("out of {h}"),
            }
        },
    );
    receiver.recv_timeout(Duration::from_secs(60)).unwrap();
    println!("dropped");
}

#[test]
fn a_slider_answers_line_by_line_also_after_an_error_and_a_panic() {
    let front = Front::new("slider");
    let text = front.with("a_slider", |listener| {
        let (mut lines, mut stream, _) = place(listener);
        let first = lines.next().unwrap().unwrap();
        assert!(first.starts_with(r#"{"html":"<pre>1e-5 0</pre>","still":"<pre>1e-5 0</pre>\n<p>A still picture, for h = 1e-5, f = a, on = off."#), "{first}");
        let controls = r#""controls":[{"kind":"slider","low":1e-12,"high":0.1,"log":true,"whole":false,"name":"h","value":1e-5},{"kind":"choice","options":["a","b"],"name":"f","value":0.0},{"kind":"checkbox","name":"on","value":0.0}]}"#;
        assert!(first.ends_with(controls), "{first}");
        let mut answer = |line: &str| {
            writeln!(stream, "{line}").unwrap();
            lines.next().unwrap().unwrap()
        };
        assert_eq!(answer("0.5 0 1"), r#"{"html":"<pre>5e-1 1</pre>"}"#);
        assert!(answer("0.5 1 1").contains("no 0.5"));
        assert!(answer("0.5 2 1").contains("The closure panicked: out of 0.5"));
        assert_eq!(answer("0.25 0 0"), r#"{"html":"<pre>2.5e-1 0</pre>"}"#);
        // What is not a line of values shows the first picture.
        assert_eq!(answer("x"), r#"{"html":"<pre>1e-5 0</pre>"}"#);
        assert_eq!(answer("1 2"), r#"{"html":"<pre>1e-5 0</pre>"}"#);
    });
    // When the place was closed, the closure went, and all that it held.
    assert!(text.contains("dropped\n"), "{text}");
}

#[test]
#[ignore = "a program of another test"]
fn impossible_controls() {
    let show = |[x]: [f64; 1]| -> String { panic!("called with {x}") };
    live::interact([live::slider("log", 0.0..=1.0).log()], show);
    live::interact([live::slider("empty", 1..=1)], show);
    live::interact([live::slider("outside", 0.0..=1.0).at(2.0)], show);
    live::interact([live::slider("nan", f64::NAN..=1.0)], show);
    live::interact([live::choice("none", [""; 0])], show);
    live::interact([live::choice("past", ["a"]).at(1)], show);
    live::interact([live::checkbox("half").at(0.5)], show);
}

#[test]
fn controls_that_cannot_be_are_sentences() {
    let output = command("impossible_controls").output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    for expected in [
        "\"log\": expected a range above 0, as it is logarithmic, found 0.0..=1.0\n",
        "\"empty\": expected a range from a number to a larger one, found 1.0..=1.0\n",
        "\"outside\": expected to start inside of its range, found 2.0 and 0.0..=1.0\n",
        "\"nan\": expected a range from a number to a larger one, found NaN..=1.0\n",
        "\"none\": expected at least one option, found none\n",
        "\"past\": expected to start at the position of an option, found 1.0 and 1 options\n",
        "\"half\": expected to start at 0 or 1, found 0.5\n",
    ] {
        assert!(errors.contains(expected), "{expected} is not in:\n{errors}");
    }
}

#[test]
#[ignore = "a program of another test"]
fn a_loop() {
    let mut steps = 0;
    for _ in live::progress(0..1_000_000) {
        steps += 1;
        if steps == 3 {
            // As Interrupt does.
            let folder = PathBuf::from(std::env::var_os("DIGITS_LIVE").unwrap());
            assert!(folder.join("asks").exists());
            fs::write(folder.join("stop"), "").unwrap();
        }
        thread::sleep(Duration::from_millis(5));
    }
    println!("ended: {}", live::stopped() && steps < 20);
}

#[test]
fn a_loop_asks_and_ends_in_order() {
    let front = Front::new("loop");
    let mut shown = Vec::new();
    let text = front.with("a_loop", |listener| {
        shown = place(listener).0.map(Result::unwrap).collect();
    });
    assert!(text.contains("ended: true\n"), "{text}");
    assert!(
        text.contains(" of 1000000: all variables are kept.\n"),
        "{text}"
    );
    assert!(
        shown[0].contains("max=\\\"1000000\\\" value=\\\"0\\\""),
        "{shown:?}"
    );
    assert!(shown.last().unwrap().contains("interrupted"), "{shown:?}");
}

#[test]
fn without_a_front_part_a_loop_counts_in_silence_and_nothing_stops_it() {
    assert_eq!(live::progress([1, 2, 3]).sum::<i32>(), 6);
    assert!(!live::stopped());
    assert_eq!(live::progress(0..3).size_hint(), (0, Some(3)));
}
