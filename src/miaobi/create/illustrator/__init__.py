"""The embedded illustrator: a scene in words becomes a flat picture made of layers.

Rooms, in the order the data flow:

    things, topics, homes         what words mean: drawings with their real size, places, topics (English and Chinese)
    subjects, senses              everyday subjects with pictures of their own; words with more than one sense
    chinese, reading, scene       text -> Scene: setting, light, weather, who and what is shown
    palette                       one set of colours per work, one light per picture
    compose, land, rows, places   Scene -> placed planes, far to near
    site, cast                    where things may stand (no tree on a road), and how large they are there
    sky, outdoors, grounds, town, paving, indoors, stage, deep   the settings, drawn by ourselves
    figure, stories, acts, rides, creatures          people and animals, drawn by ourselves
    trees, props, furniture, exhibits, landmarks     things, drawn by ourselves
    pictograms, art               Twemoji drawings; one way to draw anything
    brush, paint, png             colour and path primitives, planes to pixels, pixels to files
    lettering, caption            words in the picture, words about the picture

Nothing here knows about engines; `create/image_skia.py` is the only caller.
"""
