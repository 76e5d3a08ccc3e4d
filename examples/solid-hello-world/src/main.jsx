import { defineVideo } from "@helios/solid";
import { render } from "solid-js/web";
import { Video } from "./Video.jsx";
import "./style.css";

// The picture depends on the frame alone, so a worker may jump to its part.
defineVideo({ seekable: true });
render(() => <Video />, document.querySelector("#root"));
